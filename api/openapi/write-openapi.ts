import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildOpenApi } from './build-openapi.ts';

const root = join(import.meta.dirname, '..', '..');

/** The document as it is committed and served. */
export function openApiText(): string {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  return `${JSON.stringify(buildOpenApi(version), undefined, 2)}\n`;
}

if (import.meta.main) {
  writeFileSync(join(root, 'openapi.json'), openApiText());
  process.stdout.write('Wrote openapi.json.\n');
}
