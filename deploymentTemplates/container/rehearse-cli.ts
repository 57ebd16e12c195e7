import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Image, makeReadOnly, rehearseBuild, run, start } from './rehearse.ts';

const readyWithinMs = 60_000;
const stopsWithinMs = 40_000;
/** Each is read from another place of the image. */
const servedFiles = [
  '/',
  '/vendor/webchat.js',
  '/openapi.json',
  '/docs',
  '/docs/swagger-ui.css',
  '/docs/redoc.standalone.js',
  '/monitoring/dashboard',
  '/health',
];
const say = (line: string) => process.stdout.write(`${line}\n`);

/** Builds the image's files, then starts, asks, checks and stops the program from exactly them. */
async function rehearse(workFolder: string): Promise<void> {
  const image = await rehearseBuild({
    projectFolder: join(import.meta.dirname, '../..'),
    workFolder,
    log: say,
  });
  say(`\nThe image would hold ${image.megabytes} MB beyond its base.`);
  makeReadOnly(image.workFolder);
  await refusesToBeOpen(image);
  await startsAndStops(image);
}

/** Paths of the image, as they are on this machine. */
function located(image: Image, settings: Readonly<Record<string, string>>) {
  const data = join(image.folder, 'data');
  const inside = (word: string) => (word.startsWith('/') ? join(image.folder, word) : word);
  const environment = {
    ...image.environment,
    DATA_DIR: data,
    NODE_COMPILE_CACHE: join(data, 'compile-cache'),
    ...settings,
  };
  const [program = '', ...words] = image.command.map(inside);
  const [checker = '', ...checkWords] = image.healthCheck.map((word, index) =>
    index === 0 ? inside(word) : word,
  );
  return {
    program,
    words,
    checker,
    checkWords,
    options: { cwd: image.workFolder, env: environment },
  };
}

async function refusesToBeOpen(image: Image): Promise<void> {
  const { program, words, options } = located(image, {});
  const { code, output } = await run(program, words, options);
  if (code === 0 || !output.includes('MicrosoftAppId'))
    throw new Error(
      `Without MicrosoftAppId it should refuse to listen on every address:\n${output}`,
    );
  say('ok  without MicrosoftAppId it refuses to listen on every address');
}

async function startsAndStops(image: Image): Promise<void> {
  const port = String(await freePort());
  const { program, words, checker, checkWords, options } = located(image, {
    HOST: '127.0.0.1',
    PORT: port,
  });
  const startedMs = performance.now();
  const child = start(program, words, options);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      output += chunk;
    });
  const ended = once(child, 'close') as Promise<[number | null]>;
  try {
    const untilTrue = async (what: string, isSo: () => Promise<boolean>) => {
      while (!(await isSo())) {
        if (child.exitCode !== null || performance.now() - startedMs > readyWithinMs)
          throw new Error(`It did not become ${what}:\n${output}`);
        await wait(200);
      }
      say(`ok  ${what} after ${Math.round(performance.now() - startedMs)} ms`);
    };
    const origin = `http://127.0.0.1:${port}`;
    await untilTrue(
      'healthy, by its own health check,',
      async () => (await run(checker, checkWords, options)).code === 0,
    );
    await untilTrue('ready', async () => (await fetch(`${origin}/health/ready`)).ok);
    await answers(origin);
    await hasItsCommands(image);
  } finally {
    child.kill('SIGTERM');
  }
  const [code] = await Promise.race([ended, wait(stopsWithinMs).then((): [null] => [null])]);
  if (code !== 0)
    throw new Error(`SIGTERM should end it with 0, and it ended with ${code}:\n${output}`);
  say('ok  SIGTERM ends it with 0');
}

/** What operators run inside of it, where no shell is. */
async function hasItsCommands(image: Image): Promise<void> {
  const { program, options } = located(image, { HOST: '127.0.0.1' });
  for (const [words, expected] of [
    [['cli/turns.ts', 'list'], 'Nothing set aside.'],
    [['ingestion/cli.ts', '--check'], 'articles'],
  ] as const) {
    const { code, output } = await run(program, [...words], options);
    if (code !== 0 || !output.includes(expected))
      throw new Error(`${words.join(' ')} should work, and ended with ${code}:\n${output}`);
    say(`ok  ${words.join(' ')} works`);
  }
}

async function answers(origin: string): Promise<void> {
  for (const path of servedFiles) {
    const response = await fetch(origin + path);
    const size = (await response.arrayBuffer()).byteLength;
    if (!response.ok) throw new Error(`${path} answers ${response.status}`);
    say(`ok  ${path} answers ${response.status} with ${size} bytes`);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const workFolder = mkdtempSync(join(tmpdir(), 'career-mentor-image-'));
// The plain user must be able to walk in.
chmodSync(workFolder, 0o755);
try {
  await rehearse(workFolder);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  if (!process.argv.includes('--keep')) rmSync(workFolder, { recursive: true, force: true });
}
