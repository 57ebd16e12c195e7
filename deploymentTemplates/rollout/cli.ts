import { execFile } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';
import { rollOut } from './roll-out.ts';

const execute = promisify(execFile);
const names = ['group', 'app', 'image', 'revision', 'public-url'] as const;
const { values } = parseArgs({
  options: Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
});

try {
  const [group, app, image, revision, publicUrl] = names.map((name) => {
    const value = values[name];
    if (typeof value === 'string' && value !== '') return value;
    throw new Error(
      `--${name} is missing. Needed are ${names.map((each) => `--${each}`).join(' ')}.`,
    );
  }) as [string, string, string, string, string];
  await rollOut(
    { group, app, image, revision, publicUrl: publicUrl.replace(/\/+$/, '') },
    {
      async az(words) {
        const { stdout } = await execute('az', [...words, '--output', 'json'], {
          maxBuffer: 32 * 1024 * 1024,
        });
        return stdout.trim() === '' ? undefined : (JSON.parse(stdout) as unknown);
      },
      isUp: async (url) =>
        await fetch(url, { signal: AbortSignal.timeout(5_000) }).then(
          ({ ok }) => ok,
          () => false,
        ),
      wait: async (milliseconds) => {
        await wait(milliseconds);
      },
      log: (line) => process.stdout.write(`${line}\n`),
    },
  );
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
