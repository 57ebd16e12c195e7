import type { BenchRecord, LongRecord } from './bench-record.ts';
import { drawBars, formatValue } from './draw-bars.ts';
import { drawLongCharts, longSections } from './render-long.ts';
import { table, tableOfFigures } from './render-tables.ts';

/** What was measured; either part may have been measured alone. */
export interface Report {
  readonly bench?: BenchRecord | undefined;
  readonly long?: LongRecord | undefined;
}

/** All that was measured as Markdown; charts are named where they are kept beside it. */
export function renderReport(
  { bench, long }: Report,
  { images }: { readonly images: boolean },
): string {
  return [
    '# Speed and memory',
    ...(bench === undefined ? [] : benchSections(bench, images)),
    ...(long === undefined ? [] : longSections(long, images)),
    '## Commands',
    commands,
  ]
    .filter((block) => block !== '')
    .join('\n\n')
    .concat('\n');
}

function benchSections(record: BenchRecord, images: boolean): string[] {
  const { figures, search, profile, importCosts } = record;
  return [
    introduction(record),
    '## Figures',
    images ? '![Turns a second](images/bench-turns.svg)' : '',
    tableOfFigures(figures),
    '## Search by size',
    images ? '![Search by size](images/bench-search.svg)' : '',
    table(
      [
        ...['passages', 'build, s', 'size, MB', 'p50, ms', 'p95, ms'],
        ...['FTS5 alone p50', 'p95', 'MiniSearch p50', 'p95', 'all vectors p50', 'p95'],
      ],
      search.map(({ passages, buildSeconds, megabytes, ...times }) => [
        passages.toLocaleString('en'),
        ...[buildSeconds, megabytes].map(formatValue),
        ...[times.oursMs, times.bareMs, times.miniSearchMs, times.vectorsMs].flatMap((each) => [
          formatValue(each.p50),
          formatValue(each.p95),
        ]),
      ]),
    ),
    searchNote,
    '## Where the processor’s time of a turn goes',
    'Under `--cpu-prof`, 16 people at a time, answers put together from the passages.',
    table(
      ['part', 'share'],
      profile.map(({ part, share }) => [part, `${(share * 100).toFixed(1)} %`]),
    ),
    '## Where a start goes',
    'Under `--cpu-prof`, which makes everything slower: what each package that we load costs, with all that it loads in turn.',
    table(
      ['package', 'ms'],
      importCosts.map(({ name, milliseconds }) => [name, formatValue(milliseconds)]),
    ),
  ];
}

function introduction({ measured: { day, machine }, firstStartMs }: BenchRecord): string {
  return [
    `Measured by \`npm run bench -- --record\` on ${day}: ${machine}.`,
    'Every figure stands beside another of the same run, taken in turns with it, since times alone say more about the machine',
    'and what else ran on it than about the program. Bot Framework’s own echo bot uses the same SDK and answers with one line;',
    'a turn here is the dialogs, the retrieval, the answer, the checked citations, the card, and everything stored. The model,',
    `where there is one, answers in no time. The very first start, which reads the articles in, took ${formatValue(firstStartMs)} ms.`,
  ].join(' ');
}

const commands = [
  '`npm run bench` measures all but the long runs and prints this; `-- --quick` takes a minute or two; `-- --long` measures the long',
  'runs alone, `--people 1000 --minutes 10 --turns 100000` being how long; `-- --check` fails where a watched ratio of what was measured',
  'is more than 20 % worse than in `test/bench/baseline.json`; `-- --accept` makes the ratios the new baseline; `-- --record` keeps what',
  'was measured in `bench.json` or `bench-long.json` and writes this page and its charts anew from both.',
].join(' ');

const searchNote =
  'FTS5 alone is given the bare words of the question; the index looks for synonyms, families of words and corrected spellings too, and scores what it found by fields, phrases and likeness of headings. MiniSearch looks for prefixes and typing errors too, in memory; above 100,000 passages it is left out, since it takes seconds a question and more memory than there is. The vectors are those of words, 100 numbers a passage, each held against the question. Up to 5,000 passages the index finds candidates in memory, by words and by vectors; above by words, in the lists that FTS5 keeps of where each stands: a list is read when it is first asked for, and kept up to 40 MB in all.';

/** The charts by the names that the report refers to. */
export function drawCharts({ bench, long }: Report): Record<string, string> {
  return {
    ...(bench === undefined ? {} : drawBenchCharts(bench)),
    ...(long === undefined ? {} : drawLongCharts(long)),
  };
}

function drawBenchCharts({ turns, search }: BenchRecord): Record<string, string> {
  const bots = Object.entries(turns);
  const loads = bots[0]?.[1] ?? [];
  return {
    'bench-turns.svg': drawBars({
      title: 'Turns a second, by how many people talk at a time',
      series: bots.map(([name]) => name),
      scale: 'linear',
      groups: loads.map(({ people }, position) => ({
        label: `${people} at a time`,
        values: bots.map(([, figures]) => figures[position]?.turnsPerSecond ?? Number.NaN),
      })),
    }),
    'bench-search.svg': drawBars({
      title: 'Median time of a search in ms, on a logarithmic scale',
      series: ['Career Mentor', 'FTS5 alone', 'MiniSearch', 'all vectors'],
      scale: 'logarithmic',
      groups: search.map(({ passages, oursMs, bareMs, miniSearchMs, vectorsMs }) => ({
        label: `${passages.toLocaleString('en')} passages`,
        values: [oursMs, bareMs, miniSearchMs, vectorsMs].map(({ p50 }) => p50),
      })),
    }),
  };
}
