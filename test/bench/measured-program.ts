import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readHeapBytes } from './read-heap.ts';

/** A program that listens, in a process of its own. */
export interface MeasuredProgram {
  readonly origin: string;
  /** From the start of the process to the first 200 of /health/ready. */
  readonly readyMs: number;
  /** Resident memory now, in MB; absent where the system does not tell. */
  residentMb(): number | undefined;
  /** Processor time used since the start, in ms; absent where the system does not tell. Others on the machine do not change it. */
  processorMs(): number | undefined;
  /** Bytes of objects in use after a garbage collection; only of a program that was started with `inspected`. */
  heapBytes(): Promise<number>;
  stop(): Promise<void>;
}

export interface StartOptions {
  /** Settings of the program; of this process's own, only what finding programs needs reaches it. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Options of Node itself. */
  readonly nodeOptions?: readonly string[];
}

const manifest = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'),
) as { readonly scripts: { readonly start: string } };
/** As `npm start` has them: less room for young objects costs no time that can be measured, and saves 50 MB at rest. */
const optionsOfStart = manifest.scripts.start.split(' ').filter((part) => part.startsWith('--'));

/** Lets the garbage be collected from outside, which takes nothing while nobody asks for it. */
export const inspected: StartOptions = { nodeOptions: ['--inspect=127.0.0.1:0'] };

const startTimeoutMs = 60_000;

/** Starts a file with Node on a free port and waits until it is ready; rejects with what it printed where it never is. */
export async function startMeasured(
  file: string,
  { environment = {}, nodeOptions = [] }: StartOptions = {},
): Promise<MeasuredProgram> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const startedMs = performance.now();
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [...optionsOfStart, ...nodeOptions, file], {
    // Not where an `.env` may stand whose settings would be measured.
    cwd: tmpdir(),
    env: { PATH, HOME, LOG_LEVEL: 'error', ...environment, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let printed = '';
  child.stderr.on('data', (piece: Buffer) => {
    printed += piece.toString();
  });
  while (!(await isReady(origin))) {
    if (child.exitCode !== null || performance.now() - startedMs > startTimeoutMs) {
      child.kill('SIGKILL');
      throw new Error(`${file} did not become ready: ${printed}`);
    }
    await delay(5);
  }
  return {
    origin,
    readyMs: performance.now() - startedMs,
    residentMb: () => residentMbOf(child),
    processorMs: () => processorMsOf(child),
    heapBytes: () => readHeapBytes(printed),
    async stop() {
      if (child.exitCode !== null) return;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function isReady(origin: string): Promise<boolean> {
  try {
    const response = await fetch(`${origin}/health/ready`);
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

function residentMbOf(child: ChildProcess): number | undefined {
  try {
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1_000;
  } catch {
    return undefined;
  }
}

/** Linux counts in hundredths of a second, whatever the machine (USER_HZ). */
const msPerTick = 10;

function processorMsOf(child: ChildProcess): number | undefined {
  try {
    const status = readFileSync(`/proc/${child.pid}/stat`, 'utf8');
    // The name before the bracket may hold spaces; user and system time are the 12th and 13th field behind it.
    const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * msPerTick;
  } catch {
    return undefined;
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('no free port');
  return address.port;
}
