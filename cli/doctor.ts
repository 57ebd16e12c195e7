import { parseArgs } from 'node:util';
import type { CheckReport } from '#composition/doctor/check.ts';
import { examine } from '#composition/doctor.ts';
import { readEnvironment } from '#composition/settings.ts';
import { printable } from '#language/printable.ts';
import { stopWithReader } from './stop-with-reader.ts';

const usage = `Usage: npm run doctor -- [--json] [--timeout SECONDS]
  Tries every configured service with one cheap call that changes nothing, and says what is wrong and how to mend it.
  --json     prints a report for programs
  --timeout  how long each service may take; 20 seconds where nothing is said
  The exit code is 0 where all that is configured works, and 1 where something does not.`;

const defaultTimeoutSeconds = 20;

/** Resolves to the exit code. */
async function main(): Promise<number> {
  const given = readArguments();
  if (given === undefined) {
    process.stderr.write(`${usage}\n`);
    return 2;
  }
  const { reports, embedded } = await examine(readEnvironment(), given);
  if (!given.json) for (const report of reports) process.stdout.write(`${lineOf(await report)}\n`);
  const checks = await Promise.all(reports);
  const failed = checks.filter(({ status }) => status === 'failed').length;
  const ok = failed === 0;
  const end = given.json
    ? JSON.stringify({ ok, checks, embedded }, null, 2)
    : [
        ...(embedded.length === 0 ? [] : [`embedded ${embedded.join('; ')}`]),
        '',
        ok ? 'Everything that is configured works.' : `${failed} of ${checks.length} do not work.`,
      ].join('\n');
  process.stdout.write(`${end}\n`);
  return ok ? 0 : 1;
}

function readArguments(): { json: boolean; timeoutMs: number } | undefined {
  try {
    const { values } = parseArgs({
      options: {
        json: { type: 'boolean', default: false },
        timeout: { type: 'string', default: String(defaultTimeoutSeconds) },
      },
    });
    const seconds = Number(values.timeout);
    if (!(seconds > 0 && seconds <= 3_600)) return undefined;
    return { json: values.json, timeoutMs: seconds * 1_000 };
  } catch {
    return undefined;
  }
}

const labels = { ok: 'ok', warning: 'warning', failed: 'FAILED' } as const;

/** One line; mistakes in the settings, of which there may be many, go on below it. */
function lineOf({ status, name, message, tried, latencyMs }: CheckReport): string {
  const [first = '', ...more] = printable(message).split('\n');
  const head = `${labels[status].padEnd(8)} ${name}: ${first} (tried ${tried}, ${latencyMs} ms)`;
  return [head, ...more].join('\n');
}

stopWithReader(process.stdout);
const exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`The doctor itself failed: ${(error as Error).message}\n`);
  return 1;
});
/** A service that hangs, or goes on connecting, must not hold the program. */
process.stdout.write('', () => process.exit(exitCode));
