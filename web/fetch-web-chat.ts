import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const projectFolder = join(import.meta.dirname, '..');
const timeoutMs = 120_000;

/**
 * The official Web Chat, by exact version. As a dependency it would bring 257 packages and 486 MB for the one file that
 * a browser needs, so that file alone is taken out of the package. To move to another version, change all four lines.
 */
const webChat = {
  package: 'botframework-webchat@4.18.1',
  packageSha512:
    '7jpEUJ7olT62Xm+8eh7BhhIcXVfU2xD4pZDaeBt8K4XcNy6K/83UGIxE9BFkXmHMZ4hDEVOzs5cre07GWuaXzg==',
  bundleSha512:
    '/QHdP14QBRIOHw8gBEffy7VpWq0cTaGkr70Sg3ceo6KO0gaHOIWbC7OXB0Rmqp7sV1c/PU5zDh8p23uz8L88+A==',
  files: ['webchat.js', 'webchat.js.LICENSE.txt'],
} as const;

/** What to tell somebody whose chat page has no Web Chat. */
export const fetchWebChatCommand = 'npm run postinstall';

/**
 * Makes sure that web/vendor/ holds the Web Chat bundle and its licences, byte for byte the pinned ones; resolves to
 * whether it had to be fetched. Rejects with a sentence for the operator where the package cannot be had, and then
 * leaves whatever was there before.
 */
export async function ensureWebChat(
  vendorFolder: string = join(import.meta.dirname, 'vendor'),
): Promise<boolean> {
  const bundle = join(vendorFolder, 'webchat.js');
  if ((await sha512Of(bundle)) === webChat.bundleSha512) return false;
  const workFolder = await mkdtemp(join(tmpdir(), 'career-mentor-web-chat-'));
  try {
    await download(workFolder);
    await mkdir(vendorFolder, { recursive: true });
    for (const file of webChat.files.toReversed()) {
      // Copied beside its place first: the rename puts it there whole or not at all.
      await copyFile(join(workFolder, 'package', 'dist', file), join(vendorFolder, `${file}.new`));
      await rename(join(vendorFolder, `${file}.new`), join(vendorFolder, file));
    }
    return true;
  } finally {
    await rm(workFolder, { recursive: true, force: true });
  }
}

async function download(workFolder: string): Promise<void> {
  const packed = await npm(['pack', webChat.package, '--json', '--pack-destination', workFolder]);
  const [{ filename }] = JSON.parse(packed) as [{ filename: string }];
  const archive = basename(filename);
  if ((await sha512Of(join(workFolder, archive))) !== webChat.packageSha512)
    throw new Error(
      `The package ${webChat.package} is not the one that was reviewed; it was not unpacked`,
    );
  // Relative names, since some tar programs take the colon of a Windows drive for a host.
  await run('tar', ['-xzf', archive, ...webChat.files.map((file) => `package/dist/${file}`)], {
    cwd: workFolder,
    timeout: timeoutMs,
  });
  if ((await sha512Of(join(workFolder, 'package', 'dist', 'webchat.js'))) !== webChat.bundleSha512)
    throw new Error(`The bundle inside ${webChat.package} is not the one that was reviewed`);
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

/** npm's own code where it gave one, such as ENOTFOUND; its other lines help nobody here. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return /npm (?:error|ERR!) code (\S+)/.exec(message)?.[1] ?? message.trim().split('\n')[0] ?? '';
}

async function sha512Of(file: string): Promise<string | undefined> {
  const content = await readFile(file).catch(() => undefined);
  return content && createHash('sha512').update(content).digest('base64');
}

if (import.meta.main) {
  try {
    if (await ensureWebChat())
      process.stdout.write(`Fetched ${webChat.package} for the chat page.\n`);
  } catch (error) {
    // The rest works without it, so an installation without a network goes on.
    process.stderr.write(
      `The chat page has no Web Chat yet: ${webChat.package} could not be fetched (${reasonOf(error)}).\n` +
        `Run "${fetchWebChatCommand}" once there is a network; everything else works meanwhile.\n`,
    );
  }
}
