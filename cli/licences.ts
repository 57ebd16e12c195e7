import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { allowList, checkLicences, readInstalledPackages } from './licences/check-licences.ts';

const projectFolder = join(import.meta.dirname, '..');
const listFile = 'cli/licences/allow-list.json';

const list = allowList.parse(JSON.parse(readFileSync(join(projectFolder, listFile), 'utf8')));
const packages = readInstalledPackages(projectFolder);
const problems = checkLicences(packages, list);
for (const problem of problems) process.stderr.write(`${problem}\n`);
if (problems.length > 0)
  process.stderr.write(
    `Use another package, or, if its licence suits us, name it in ${listFile}.\n`,
  );
else process.stdout.write(`The licences of ${packages.length} packages are all allowed.\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
