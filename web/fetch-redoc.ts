import { join } from 'node:path';
import { ensurePackageFiles, fetchFailureOf, type PinnedFiles } from './fetch-package-files.ts';

/**
 * Redoc, by exact version. The page at /redoc needs one file of it, and none of the 40 packages that it names as its
 * dependencies. To move to another version, change all four lines.
 */
const redoc: PinnedFiles = {
  package: 'redoc@2.5.4',
  packageSha512:
    'M6jWhG1qoBnH6TFmzJnstyCZ87HmOY/UzDm78mHiYihEdlV/YcS9ogOo1NlElnJMeLsyxHFe2yFc4sNjHTrABQ==',
  bundleSha512:
    'Z00aADcPGQvnFhTYEiE/mxUqXe5/jsomUy0kmoASPCt5JBIA1Ik1tpFk1V7sX1LZY5YGZ1EhpZyLU0ijUaooYg==',
  files: ['bundles/redoc.standalone.js', 'bundles/redoc.standalone.js.LICENSE.txt'],
};

/** Makes sure that web/vendor/ holds the Redoc bundle and its licences; see `ensurePackageFiles`. */
export function ensureRedoc(
  vendorFolder: string = join(import.meta.dirname, 'vendor'),
): Promise<boolean> {
  return ensurePackageFiles(redoc, vendorFolder);
}

if (import.meta.main) {
  try {
    if (await ensureRedoc()) process.stdout.write(`Fetched ${redoc.package} for /redoc.\n`);
  } catch (error) {
    // /docs shows the same without it.
    process.stderr.write(
      `The page /redoc is empty yet: ${redoc.package} could not be fetched (${fetchFailureOf(error)}).\n` +
        'Run "npm run postinstall" once there is a network; /docs shows the same meanwhile.\n',
    );
  }
}
