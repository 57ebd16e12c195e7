import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** A program that listens, in a process of its own. */
export interface MeasuredProgram {
  readonly origin: string;
  /** From the start of the process to the first 200 of /health/ready. */
  readonly readyMs: number;
  /** Resident memory now, in MB; absent where the system does not tell. */
  residentMb(): number | undefined;
  stop(): Promise<void>;
}

const startTimeoutMs = 60_000;

/** Starts a file with Node on a free port and waits until it is ready; rejects with what it printed where it never is. */
export async function startMeasured(
  file: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<MeasuredProgram> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const startedMs = performance.now();
  const child = spawn(process.execPath, [file], {
    env: { ...process.env, ...environment, PORT: String(port), LOG_LEVEL: 'error' },
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

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('no free port');
  return address.port;
}
