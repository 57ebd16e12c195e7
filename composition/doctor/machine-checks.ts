import { randomUUID } from 'node:crypto';
import { rm, stat, statfs, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { builtInArticles } from '#composition/knowledge-sources.ts';
import type { Config } from '#config.ts';
import type { Check, Finding } from './check.ts';

/** The first that runs TypeScript without a flag and holds what the program uses. */
const leastNodeVersion = 24;

/** Below this the next write may be the last; below that there is room for some weeks. */
const leastFreeMb = 100;
const fairFreeMb = 1_024;

/** What the program needs of the machine it runs on. */
export function machineChecks(config: Config): Check[] {
  return [
    { name: 'Node.js', tried: 'its version', run: async () => checkNode(process.versions.node) },
    {
      name: 'data directory',
      tried: 'writing to it, and its free space',
      setting: 'DATA_DIR',
      run: () => checkDataDirectory(config.dataDirectory),
    },
    {
      name: 'port',
      tried: `listening on ${config.host}:${config.port}`,
      setting: 'PORT',
      run: () => checkPort(config),
    },
    {
      name: 'knowledge folder',
      tried: 'reading all articles',
      setting: 'KNOWLEDGE_DIR',
      run: () => checkKnowledge(config.knowledgeDirectory),
    },
  ];
}

/** Whether this version of Node runs the program. */
export function checkNode(version: string): Finding {
  return Number.parseInt(version, 10) >= leastNodeVersion
    ? { status: 'ok', message: `version ${version}` }
    : {
        status: 'failed',
        message: `version ${version} is too old; start with npm run, which uses the Node ${leastNodeVersion} that npm install brought.`,
      };
}

async function checkDataDirectory(directory: string): Promise<Finding> {
  const setting = 'DATA_DIR';
  const existing = await nearestExisting(directory);
  const trial = join(existing, `.doctor-${randomUUID()}`);
  try {
    if (!(await stat(existing)).isDirectory()) throw new Error('it is a file');
    await writeFile(trial, 'written by npm run doctor', { flag: 'wx' });
  } catch (error) {
    const message = `cannot write to ${existing}: ${(error as Error).message}; check DATA_DIR and who owns it.`;
    return { status: 'failed', message, setting };
  } finally {
    await rm(trial, { force: true }).catch(() => {});
  }
  const { bavail, bsize } = await statfs(existing);
  const freeMb = Math.floor((bavail * bsize) / 1_048_576);
  const free = `${freeMb.toLocaleString('en')} MB free`;
  if (freeMb < leastFreeMb)
    return { status: 'failed', message: `only ${free}; make room, or move DATA_DIR.`, setting };
  const message = existing === directory ? free : `${free}; the first start makes the folder`;
  return { status: freeMb < fairFreeMb ? 'warning' : 'ok', message, setting };
}

/** The folder itself or, before the first start, the one in which it will be made. */
async function nearestExisting(path: string): Promise<string> {
  const isThere = await stat(path).then(
    () => true,
    () => false,
  );
  const parent = dirname(path);
  return isThere || parent === path ? path : nearestExisting(parent);
}

async function checkPort({ port, host }: Config): Promise<Finding> {
  const code = await listenOnce(port, host);
  if (code === undefined)
    return { status: 'ok', message: port === 0 ? 'a free port will be taken' : 'free' };
  if (code === 'EADDRINUSE' && (await isCareerMentor(port, host)))
    return { status: 'ok', message: 'Career Mentor runs there already' };
  const cures: Readonly<Record<string, Finding>> = {
    EADDRINUSE: {
      status: 'failed',
      message: `port ${port} is in use by another program; stop that, or set PORT.`,
      setting: 'PORT',
    },
    EACCES: {
      status: 'failed',
      message: `port ${port} is for administrators; set PORT to 1024 or more.`,
      setting: 'PORT',
    },
  };
  const other = `cannot listen on ${host} (${code}); set HOST to an address of this machine.`;
  return cures[code] ?? { status: 'failed', message: other, setting: 'HOST' };
}

/** Resolves to the code of the failure, or to nothing. */
function listenOnce(port: number, host: string): Promise<string | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

async function isCareerMentor(port: number, host: string): Promise<boolean> {
  const everyAddress: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };
  const address = everyAddress[host] ?? host;
  const origin = `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
  try {
    const response = await fetch(`${origin}/health/live`, { signal: AbortSignal.timeout(2_000) });
    return ((await response.json()) as { status?: unknown }).status === 'live';
  } catch {
    return false;
  }
}

async function checkKnowledge(directory: string): Promise<Finding> {
  const [{ readArticles }, { readTaxonomy }, { readLearningPaths }, { readInterviewQuestions }] =
    await Promise.all([
      import('#ingestion/read-articles.ts'),
      import('#mentor/taxonomy.ts'),
      import('#mentor/learning-paths.ts'),
      import('#mentor/interview-questions.ts'),
    ]);
  const setting = 'KNOWLEDGE_DIR';
  try {
    readTaxonomy(directory);
    readLearningPaths(directory);
    readInterviewQuestions(directory);
    const { articles, problems } = await readArticles(
      builtInArticles({ knowledgeDirectory: directory }).source,
    );
    const [first] = problems;
    if (first === undefined && articles.length > 0)
      return { status: 'ok', message: `${articles.length} articles, all valid` };
    if (first === undefined)
      return { status: 'failed', message: 'holds no articles; check KNOWLEDGE_DIR.', setting };
    const place = [first.file, first.line].filter((part) => part !== undefined).join(':');
    return {
      status: articles.length === 0 ? 'failed' : 'warning',
      message: `${articles.length} articles are valid, and others are left out: ${place}: ${first.message}. npm run ingest -- --check lists all problems.`,
      setting,
    };
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error;
    const problem = isMissing
      ? error.message
      : 'taxonomy.json, learning-steps.json, interview-questions.json, ambiguous-terms.json or common-terms.json is malformed';
    return { status: 'failed', message: `${problem}; check KNOWLEDGE_DIR.`, setting };
  }
}
