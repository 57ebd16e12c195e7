import { spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { createDockerIgnore } from './docker-ignore.ts';
import {
  copyPaths,
  execForm,
  type Instruction,
  readDockerfile,
  type Stage,
} from './read-dockerfile.ts';

/** Who the steps run as where we may choose: nobody in particular. */
const plainUser = 65_532;

export interface Image {
  /** Folder that holds what the image would hold beyond its base. */
  readonly folder: string;
  readonly workFolder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly command: readonly string[];
  readonly healthCheck: readonly string[];
  readonly megabytes: number;
}

/**
 * Builds the image's files without an engine: each stage is a clean folder, COPY copies what .dockerignore lets through, RUN runs
 * as a plain user in it. What a base image would bring is this machine's: the shell, npm and this very Node.
 */
export async function rehearseBuild(options: {
  readonly projectFolder: string;
  readonly workFolder: string;
  readonly log: (line: string) => void;
}): Promise<Image> {
  const { projectFolder, workFolder, log } = options;
  const read = (file: string) => readFileSync(join(projectFolder, file), 'utf8');
  const stages = readDockerfile(read('Dockerfile'));
  const reaches = createDockerIgnore(read('.dockerignore'));
  const folders = new Map<string, string>();
  let built: Image | undefined;
  for (const [index, stage] of stages.entries()) {
    const folder = join(workFolder, stage.name ?? `stage-${index}`);
    log(`FROM ${stage.base}`);
    built = await buildStage(stage, { projectFolder, folder, folders, reaches, log });
    folders.set(stage.name ?? String(index), folder);
  }
  if (built === undefined) throw new Error('The Dockerfile has no stage');
  return built;
}

interface Build {
  readonly projectFolder: string;
  readonly folder: string;
  readonly folders: ReadonlyMap<string, string>;
  readonly reaches: (path: string) => boolean;
  readonly log: (line: string) => void;
}

async function buildStage(stage: Stage, build: Build): Promise<Image> {
  const state: StageState = { workFolder: build.folder, environment: {}, words: new Map() };
  mkdirSync(build.folder, { recursive: true });
  for (const instruction of stage.instructions) {
    const { name, text } = instruction;
    if (name !== 'HEALTHCHECK') build.log(`${name} ${text.slice(0, 120)}`);
    await (steps[name] ?? keepWords)(instruction, state, build);
  }
  const { workFolder, environment, words } = state;
  return {
    folder: build.folder,
    workFolder,
    environment,
    command: [...(words.get('ENTRYPOINT') ?? []), ...(words.get('CMD') ?? [])],
    healthCheck: words.get('HEALTHCHECK') ?? [],
    megabytes: sizeOf(build.folder),
  };
}

interface StageState {
  workFolder: string;
  readonly environment: Record<string, string>;
  readonly words: Map<string, readonly string[]>;
}

type Step = (instruction: Instruction, state: StageState, build: Build) => void | Promise<void>;

/** What an instruction does here; all others only leave their words. */
const steps: Readonly<Record<string, Step>> = {
  WORKDIR({ text }, state, { folder }) {
    state.workFolder = join(folder, text);
    mkdirSync(state.workFolder, { recursive: true });
  },
  COPY: (instruction, { workFolder }, build) => copy(instruction, workFolder, build),
  RUN: ({ text }, { workFolder }, build) => runStep(text, workFolder, build),
  ENV({ text }, { environment }) {
    for (const [, name = '', value = ''] of text.matchAll(/(\w+)=(\S+)/g))
      environment[name] = value;
  },
};

function keepWords({ name, text }: Instruction, { words }: StageState): void {
  words.set(name, execForm(text.replace(/^CMD /, '')) ?? []);
}

function copy(instruction: Instruction, workFolder: string, build: Build): void {
  const { sources, target } = copyPaths(instruction);
  const from = instruction.flags['from'];
  const destination = target.startsWith('/')
    ? join(build.folder, target)
    : join(workFolder, target);
  for (const source of sources) {
    const start =
      from === undefined ? join(build.projectFolder, source) : sourceIn(from, source, build);
    const isIntoFolder = statSync(start).isFile() && (target.endsWith('/') || sources.length > 1);
    const place = isIntoFolder ? join(destination, basename(source)) : destination;
    mkdirSync(dirname(place), { recursive: true });
    cpSync(start, place, {
      recursive: true,
      filter: (path) =>
        from !== undefined ||
        build.reaches(relative(build.projectFolder, path).replaceAll('\\', '/')),
    });
    if (instruction.flags['chown'] !== undefined)
      giveTo(place, Number.parseInt(instruction.flags['chown'], 10));
  }
}

/** What the base image of a stage brings is taken from this machine. */
function sourceIn(stageName: string, source: string, { folders }: Build): string {
  const found = join(folders.get(stageName) ?? '', source);
  return existsSync(found) ? found : basename(source) === 'node' ? process.execPath : source;
}

async function runStep(script: string, workFolder: string, build: Build): Promise<void> {
  giveTo(build.folder, plainUser);
  const { code, output } = await run('sh', ['-ec', script], {
    cwd: workFolder,
    env: {
      ...networkSettings(),
      HOME: build.folder,
      PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
      npm_config_cache: join(build.folder, '.npm-cache'),
    },
  });
  if (code !== 0) throw new Error(`RUN ${script} ended with ${code}:\n${output}`);
}

/** How this machine reaches a registry is the machine's business, as it is an engine's. */
function networkSettings(): Record<string, string | undefined> {
  const isAboutNetwork =
    /^(?:https?_proxy|no_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_(?:FILE|DIR)|npm_config_registry)$/i;
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => isAboutNetwork.test(name)),
  );
}

function giveTo(folder: string, user: number): void {
  if (process.getuid?.() !== 0) return;
  chownSync(folder, user, user);
  for (const path of globSync('**', { cwd: folder, exclude: (name) => name === 'node_modules' }))
    chownSync(join(folder, path), user, user);
}

/** Takes the right to write away from everybody, as a read-only root does. */
export function makeReadOnly(folder: string): void {
  for (const path of globSync('**', { cwd: folder })) {
    const file = join(folder, path);
    const { mode } = statSync(file);
    chmodSync(file, mode & 0o555);
  }
}

/** Runs a command as a plain user where that is ours to choose; resolves when it has ended. */
export function run(
  command: string,
  words: readonly string[],
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string | undefined>> },
): Promise<{ readonly code: number | null; readonly output: string }> {
  const child = start(command, words, options);
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk;
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    output += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}

/** Starts a command in the same way. */
export function start(
  command: string,
  words: readonly string[],
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string | undefined>> },
) {
  const isRoot = process.getuid?.() === 0;
  return spawn(command, words, {
    cwd: options.cwd,
    env: options.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(isRoot && { uid: plainUser, gid: plainUser }),
  });
}

function sizeOf(folder: string): number {
  const bytes = globSync('**', { cwd: folder })
    .map((path) => statSync(join(folder, path)))
    .reduce((sum, { size }) => sum + size, 0);
  return Math.round(bytes / 1_000_000);
}
