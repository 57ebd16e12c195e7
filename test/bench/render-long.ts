import type { LongRecord } from './bench-record.ts';
import { drawBars, formatValue } from './draw-bars.ts';
import type { Endurance } from './measure-endurance.ts';
import type { FailedTurns, OpenStreams } from './measure-open-streams.ts';
import { table, tableOfFigures } from './render-tables.ts';

/** What only shows in time, as sections of the report. */
export function longSections(record: LongRecord, images: boolean): string[] {
  const { measured, figures, streams, endurance } = record;
  return [
    '## Long runs',
    `Measured by \`npm run bench -- --long --record\` on ${measured.day}: ${measured.machine}.`,
    tableOfFigures(figures),
    '### Many people with the web page open',
    aboutStreams(streams),
    images ? '![Memory over the minutes](images/bench-long-streams.svg)' : '',
    table(
      ['minute', 'turns answered by then', 'objects in use, MB', 'memory of the process, MB'],
      streams.samples.map(({ minute, turns, heapMb, residentMb }) => [
        formatValue(minute),
        turns.toLocaleString('en'),
        formatValue(heapMb),
        formatValue(residentMb),
      ]),
    ),
    '### Many turns',
    aboutEndurance(record),
    images ? '![Memory over the turns](images/bench-long-turns.svg)' : '',
    tableOfParts(endurance),
  ];
}

const reasons: Readonly<Record<keyof FailedTurns, string>> = {
  refused: 'the message was not taken',
  closed: 'the stream was closed',
  unanswered: 'no final answer within 30 s',
  apology: 'answered with an apology',
};

function aboutStreams({ people, minutes, askEverySeconds, failed, answered }: OpenStreams): string {
  const failures = (Object.keys(reasons) as (keyof FailedTurns)[]).map(
    (reason) => `${reasons[reason]} ${failed[reason].toLocaleString('en')}`,
  );
  return [
    `${people.toLocaleString('en')} people for ${minutes} minutes, each with an open Direct Line stream, each asking every`,
    `${askEverySeconds} s, evenly spread, and beginning a new conversation after 20 questions. The model answers in no time, the answer`,
    'cache is off, telemetry is on as it comes, and every question that heads a passage of the articles is asked in turn. A first word',
    'is counted from the post of the message to the first streamed words. Nobody asks while garbage is collected to read the memory.',
    'No limit was raised: messages are limited by person, which nobody reaches who asks twice a minute, and the',
    'web chat has no limit by address, since a proxy or an office is one address.',
    `Answered: ${answered.toLocaleString('en')}. Failed: ${failures.join(', ')}.`,
  ].join(' ');
}

function aboutEndurance({ endurance, echo }: LongRecord): string {
  return [
    `${endurance.turns.toLocaleString('en')} turns through \`/api/messages\`, ${endurance.people} at a time, on the embedded default: answers put together`,
    'from the passages, every store in SQLite. After 20 questions a new person begins a new conversation, so that tables grow as in life.',
    `Memory is read between turns, that of the process before a forced collection of garbage and what is in use after it; the echo bot`,
    `had ${echo.turns.toLocaleString('en')} turns under the same load.`,
  ].join(' ');
}

function tableOfParts({ samples, dataMbBefore }: Endurance): string {
  return table(
    [
      'turns',
      'turns a second since',
      'objects in use, MB',
      'memory of the process, MB',
      'data folder, MB',
      'more since, MB',
    ],
    samples.map(({ turns, turnsPerSecond, heapMb, residentMb, dataMb }, part) => [
      turns.toLocaleString('en'),
      ...[turnsPerSecond, heapMb, residentMb, dataMb].map(formatValue),
      formatValue(dataMb - (samples[part - 1]?.dataMb ?? dataMbBefore)),
    ]),
  );
}

/** The charts of the long runs by the names that the report refers to. */
export function drawLongCharts({ streams, endurance }: LongRecord): Record<string, string> {
  const series = ['objects in use', 'memory of the process'];
  const valuesOf = ({ heapMb, residentMb }: { heapMb: number; residentMb: number }) => [
    heapMb,
    residentMb,
  ];
  return {
    'bench-long-streams.svg': drawBars({
      title: `Memory in MB with ${streams.people.toLocaleString('en')} open streams, by minute`,
      series,
      scale: 'linear',
      groups: streams.samples.map((sample) => ({
        label: `minute ${formatValue(sample.minute)}`,
        values: valuesOf(sample),
      })),
    }),
    'bench-long-turns.svg': drawBars({
      title: 'Memory in MB, by turns',
      series,
      scale: 'linear',
      groups: endurance.samples.map((sample) => ({
        label: `${sample.turns.toLocaleString('en')} turns`,
        values: valuesOf(sample),
      })),
    }),
  };
}
