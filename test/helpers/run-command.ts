import { spawn } from 'node:child_process';

export interface CommandOutcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
}

/** Runs one of the program's commands to its end, without a terminal, in an environment that holds nothing but these settings. */
export async function runCommand(
  file: string,
  words: readonly string[],
  options: {
    /** Where it finds its `.env`. */
    readonly folder: string;
    readonly environment?: Readonly<Record<string, string>>;
  },
): Promise<CommandOutcome> {
  const child = spawn(process.execPath, [file, ...words], {
    cwd: options.folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], ...options.environment },
  });
  const [stdout, stderr, status] = await Promise.all([
    Array.fromAsync(child.stdout).then((chunks) => Buffer.concat(chunks).toString()),
    Array.fromAsync(child.stderr).then((chunks) => Buffer.concat(chunks).toString()),
    new Promise<number | null>((resolve) => {
      child.on('close', resolve);
    }),
  ]);
  return { stdout, stderr, status };
}
