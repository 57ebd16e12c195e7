import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import Ajv04 from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import type { Manifest } from './fill-manifest.ts';

const require = createRequire(import.meta.url);
const schemaFolder = join(
  dirname(require.resolve('@microsoft/app-manifest/package.json')),
  'build/json-schemas/teams',
);

/** What Microsoft's own schema, as its package carries it, has against the manifest: one line each, none where it is right. */
export function findManifestMistakes(manifest: Manifest): string[] {
  const file = join(schemaFolder, `v${manifest['manifestVersion']}`, 'MicrosoftTeams.schema.json');
  // The published files begin with a byte order mark.
  const schema = JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''));
  const ajv = new Ajv04.default({ allErrors: true, strict: false });
  addFormats.default(ajv);
  const validate = ajv.compile(schema);
  if (validate(manifest)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message }) => `${instancePath || 'manifest'} ${message}`,
  );
}
