import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { deploymentFolder } from './arm/read-templates.ts';
import { assembledFiles } from './assemble.ts';

for (const [path, content] of assembledFiles()) {
  const file = join(deploymentFolder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  process.stdout.write(`Wrote deploymentTemplates/${path}.\n`);
}
