import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

export interface IngestRun {
  readonly exitCode: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Runs what `npm run ingest` runs, in a process of its own; nothing of this process's settings reaches it. */
export async function runIngest(
  sources: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<IngestRun> {
  const child = spawn(process.execPath, ['ingestion/cli.ts', ...sources], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], LOG_LEVEL: 'warn', ...environment },
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [exitCode, output, errors] = await Promise.all([
    ended,
    text(child.stdout),
    text(child.stderr),
  ]);
  return { exitCode, output, errors };
}
