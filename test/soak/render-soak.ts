import { availableParallelism } from 'node:os';
import { heapGrowth } from '#test/bench/memory-samples.ts';
import type { SoakResult } from './run-soak.ts';

/** The run as a short page of Markdown. */
export function renderSoak(result: SoakResult, day: string): string {
  const { minutes, people, turns, failures, alert, liveMessages, samples } = result;
  const growth = heapGrowth(samples);
  const rows = samples
    .filter((_, index) => index % 2 === 1)
    .map(({ minute, turns: by, heapMb, residentMb }) =>
      ['', minute, by.toLocaleString('en'), heapMb, residentMb, ''].join(' | ').trim(),
    );
  return `# A soak of ${minutes} minutes

Written by \`npm run soak -- --record\` on ${day}: ${availableParallelism()} cores, Node ${process.version}. ${people} people ask all the time, a dashboard is
open, and from a fifth of the time on the model is slow until somebody has acknowledged the alert. \`-- --minutes N\` takes N minutes.

- ${turns.toLocaleString('en')} turns, of which ${failures} got no reply.
- The alert \`${alert.rule}\` fired ${alert.firedAfterSeconds} s after the model became slow, was acknowledged over the API, and resolved by itself ${Math.round(alert.resolvedAfterSeconds - alert.acknowledgedAfterSeconds)} s after the model was quick again.
- The dashboard got ${liveMessages} messages.
- Objects in use after a garbage collection grew by ${(growth * 100).toFixed(1)} % from the second quarter of the time to the last.

| minute | turns by then | objects in use, MB | memory of the process, MB |
| --- | --- | --- | --- |
${rows.join('\n')}
`;
}
