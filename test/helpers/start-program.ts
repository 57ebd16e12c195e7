import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const projectFolder = join(import.meta.dirname, '..', '..');
const usuallyReadyWithinMs = 60_000;
const probeWithinMs = 10_000;
const stopsWithinMs = 30_000;

export interface Program {
  /** Such as `http://127.0.0.1:40123`. */
  readonly origin: string;
  /** What it wrote to its outputs so far. */
  readonly output: () => string;
  /** Ends it as an orchestrator does, with SIGTERM; resolves to its exit code. */
  stop(): Promise<number | null>;
  /** Ends it in the middle of whatever it does, with SIGKILL. */
  kill(): Promise<void>;
}

export interface ProgramOptions {
  /** The folder for its data; give the same one again to restart it. */
  readonly dataFolder: string;
  /** A free one where none is given. */
  readonly port?: number;
  /** How long it may take until it is ready: a minute, where nothing is said. */
  readonly readyWithinMs?: number;
  /** More settings; nothing of this process's own settings reaches the program. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Starts the real program, `main.ts`, in a process of its own, and resolves when it says that it is ready. */
export async function startProgram({
  dataFolder,
  port,
  readyWithinMs = usuallyReadyWithinMs,
  environment = {},
}: ProgramOptions): Promise<Program> {
  const usedPort = port ?? (await findFreePort());
  const child = spawn(process.execPath, ['start.js'], {
    cwd: projectFolder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      PORT: String(usedPort),
      DATA_DIR: dataFolder,
      LOG_LEVEL: 'warn',
      ...environment,
    },
  });
  let output = '';
  const keep = (chunk: Buffer) => {
    output += chunk.toString('utf8');
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const origin = `http://127.0.0.1:${usedPort}`;
  const program = {
    origin,
    output: () => output,
    stop: () => stop(child),
    kill: () => kill(child),
  };
  try {
    await untilReady(child, origin, readyWithinMs);
  } catch (error) {
    await program.stop();
    throw new Error(`The program did not become ready:\n${output}`, { cause: error });
  }
  return program;
}

async function untilReady(
  child: ChildProcess,
  origin: string,
  readyWithinMs: number,
): Promise<void> {
  const giveUpAt = Date.now() + readyWithinMs;
  while (Date.now() < giveUpAt) {
    if (child.exitCode !== null) throw new Error(`It exited with ${child.exitCode}`);
    const signal = AbortSignal.timeout(probeWithinMs);
    const response = await fetch(`${origin}/health/ready`, { signal }).catch(() => undefined);
    await response?.body?.cancel();
    if (response?.status === 200) return;
    await wait(100);
  }
  throw new Error(`It was not ready within ${readyWithinMs} ms`);
}

async function stop(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const impatience = setTimeout(() => child.kill('SIGKILL'), stopsWithinMs);
  await exited;
  clearTimeout(impatience);
  return child.exitCode;
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

/** A port that is free just now. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
