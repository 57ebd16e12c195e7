import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const projectFolder = join(import.meta.dirname, '..');
const timeoutMs = 120_000;

/** Files out of a package of npm that would bring far more than a browser needs; pinned by what they hold. */
export interface PinnedFiles {
  /** With its exact version, such as `redoc@2.5.4`. */
  readonly package: string;
  readonly packageSha512: string;
  /** Where they lie in the package; the first is the bundle, the others are what belongs beside it. */
  readonly files: readonly [bundle: string, ...others: string[]];
  readonly bundleSha512: string;
}

/**
 * Makes sure that the folder holds the files, the bundle byte for byte the pinned one; resolves to whether they had to be
 * fetched. Rejects with a sentence for the operator where the package cannot be had, and then leaves whatever was there before.
 */
export async function ensurePackageFiles(pinned: PinnedFiles, folder: string): Promise<boolean> {
  const [bundle] = pinned.files;
  if ((await sha512Of(join(folder, basename(bundle)))) === pinned.bundleSha512) return false;
  const workFolder = await mkdtemp(join(tmpdir(), 'career-mentor-fetch-'));
  try {
    await download(pinned, workFolder);
    await mkdir(folder, { recursive: true });
    for (const file of pinned.files.toReversed()) {
      const target = join(folder, basename(file));
      // Copied beside its place first: the rename puts it there whole or not at all.
      await copyFile(join(workFolder, 'package', file), `${target}.new`);
      await rename(`${target}.new`, target);
    }
    return true;
  } finally {
    await rm(workFolder, { recursive: true, force: true });
  }
}

/** npm's own code where it gave one, such as ENOTFOUND; its other lines help nobody here. */
export function fetchFailureOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return /npm (?:error|ERR!) code (\S+)/.exec(message)?.[1] ?? message.trim().split('\n')[0] ?? '';
}

async function download(pinned: PinnedFiles, workFolder: string): Promise<void> {
  const packed = await npm(['pack', pinned.package, '--json', '--pack-destination', workFolder]);
  const [{ filename }] = JSON.parse(packed) as [{ filename: string }];
  const archive = basename(filename);
  if ((await sha512Of(join(workFolder, archive))) !== pinned.packageSha512)
    throw new Error(
      `The package ${pinned.package} is not the one that was reviewed; it was not unpacked`,
    );
  // Relative names, since some tar programs take the colon of a Windows drive for a host.
  const names = pinned.files.map((file) => `package/${file}`);
  await run('tar', ['-xzf', archive, ...names], { cwd: workFolder, timeout: timeoutMs });
  const [bundle] = pinned.files;
  if ((await sha512Of(join(workFolder, 'package', bundle))) !== pinned.bundleSha512)
    throw new Error(`The bundle inside ${pinned.package} is not the one that was reviewed`);
}

/** Runs the npm that runs us, or else the one in the path, with the person's own npm settings. */
async function npm(commandLine: readonly string[]): Promise<string> {
  const words = [...commandLine, '--ignore-scripts', '--fetch-retries=1', '--loglevel=error'];
  const ownNpm = process.env['npm_execpath'];
  const options = { cwd: projectFolder, timeout: timeoutMs, maxBuffer: 16 * 1024 * 1024 };
  // Another package manager also sets npm_execpath, but packs only the project itself.
  const { stdout } =
    ownNpm !== undefined && basename(ownNpm) === 'npm-cli.js'
      ? await run(process.execPath, [ownNpm, ...words], options)
      : await run('npm', words, { ...options, shell: process.platform === 'win32' });
  return stdout;
}

async function sha512Of(file: string): Promise<string | undefined> {
  const content = await readFile(file).catch(() => undefined);
  return content && createHash('sha512').update(content).digest('base64');
}
