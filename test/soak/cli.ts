import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { heapGrowth } from '#test/bench/memory-samples.ts';
import { renderSoak } from './render-soak.ts';
import { runSoak } from './run-soak.ts';

const { values: flags } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    people: { type: 'string', default: '8' },
    record: { type: 'boolean', default: false },
  },
});
/** More than this from the second quarter to the last is no chance any more. */
const mostGrowth = 0.1;
const minutes = Number(flags.minutes);
const people = Number(flags.people);
if (!(minutes >= 8) || !(people >= 1)) {
  process.stderr.write(
    'Give --minutes 8 or more, so that the alert has the time to fire and to resolve, and --people 1 or more.\n',
  );
  process.exit(2);
}

const result = await runSoak({
  minutes,
  people,
  // Slower than the rule allows, quicker than where the program gives a model up.
  slowMs: 14_000,
  rule: 'response-time-high',
  tell: (line) => process.stderr.write(`${line}\n`),
});
const page = renderSoak(result, new Date().toISOString().slice(0, 10));
process.stdout.write(page);
if (flags.record) writeFileSync(join(import.meta.dirname, '../../docs/soak.md'), page);
if (result.failures > 0 || heapGrowth(result.samples) > mostGrowth) {
  process.stderr.write('Somebody got no reply, or the memory grew by more than a tenth.\n');
  process.exitCode = 1;
}
