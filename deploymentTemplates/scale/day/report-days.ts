import { percent, round, table } from '#deploymentTemplates/scale/table.ts';
import type { Day } from './ledger.ts';
import { simulatedScenarios } from './scenarios.ts';

/** The simulated days, as Markdown. */
export function reportDays(): string {
  const days = simulatedScenarios();
  return [
    table(
      [
        'deployment',
        'people',
        'answered by the model',
        'from the passages',
        'search out of reach',
        'not that day',
        'wait to begin, p50 / p95 / p99',
        'whole answer, p95',
        'most workers',
      ],
      days.map(({ name, people, day }) => [
        name,
        round(people),
        share(day.byModel, day),
        share(day.fromPassages, day),
        share(day.withoutSearch, day),
        share(day.unanswered, day),
        [50, 95, 99].map((percentile) => duration(day.begun.percentile(percentile))).join(' / '),
        duration(day.finished.percentile(95)),
        day.mostWorkers,
      ]),
    ),
    '',
    'What was full, in the order in which it came to be so, and how many turns waited a second or more for it:',
    '',
    table(
      ['deployment', 'people', 'first', 'then'],
      days.map(({ name, people, day }) => {
        const [first = 'nothing', ...others] = fullParts(day);
        return [name, round(people), first, others.join('; ') || '–'];
      }),
    ),
  ].join('\n');
}

function fullParts(day: Day): string[] {
  return [...day.full]
    .toSorted(([, one], [, other]) => one.first - other.first)
    .map(([part, { first, turns }]) => `${part} at ${clock(first)}: ${share(turns, day)}`);
}

function share(turns: number, day: Day): string {
  return turns === 0 ? '–' : percent(turns / day.turns);
}

function clock(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

function duration(seconds: number): string {
  if (seconds < 1) return 'under 1 s';
  if (seconds < 120) return `${round(seconds)} s`;
  return seconds < 7_200 ? `${round(seconds / 60)} min` : `${round(seconds / 3_600)} h`;
}
