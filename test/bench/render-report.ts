import { availableParallelism, cpus } from 'node:os';
import { drawBars, formatValue } from './draw-bars.ts';
import { type Figure, quantile, reachesAim } from './figures.ts';
import type { BenchResult } from './run-bench.ts';

/** The whole run as Markdown; charts are named where they are kept beside it. */
export function renderReport(
  result: BenchResult,
  { images }: { readonly images: boolean },
): string {
  const { figures, search, profile, importCosts } = result;
  return [
    '# Speed and memory',
    introduction(result),
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
          formatValue(quantile(0.5, each)),
          formatValue(quantile(0.95, each)),
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
  ]
    .filter((block) => block !== '')
    .join('\n\n')
    .concat('\n');
}

function introduction({ firstStartMs }: BenchResult): string {
  const processor = cpus()[0]?.model ?? 'unknown';
  const machine = `${availableParallelism()} cores (${processor}), Node ${process.version}, ${process.platform}`;
  const measured = [
    `Written by \`npm run bench -- --record\` on ${new Date().toISOString().slice(0, 10)}: ${machine}.`,
    'Every figure stands beside another of the same run, taken in turns with it, since times alone say more about the machine',
    'and what else ran on it than about the program. Bot Framework’s own echo bot uses the same SDK and answers with one line;',
    'a turn here is the dialogs, the retrieval, the answer, the checked citations, the card, and everything stored. The model,',
    `where there is one, answers in no time. The very first start, which reads the articles in, took ${formatValue(firstStartMs)} ms.`,
  ];
  const commands = [
    'Commands: `npm run bench` measures all and prints this; `-- --quick` takes a minute or two; `-- --check` fails where a watched',
    'ratio is more than 20 % worse than in `test/bench/baseline.json`; `-- --accept` makes the ratios the new baseline;',
    '`-- --record` writes this page, its charts and `bench.json`.',
  ];
  return `${measured.join(' ')}\n\n${commands.join(' ')}`;
}

const searchNote =
  'FTS5 alone is given the bare words of the question; the index looks for synonyms, families of words and corrected spellings too, and scores what it found by fields, phrases and likeness of headings. MiniSearch looks for prefixes and typing errors too, in memory; the vectors are those of words, 100 numbers a passage, each held against the question. Up to 5,000 passages the index finds candidates in memory, by words and by vectors; above in FTS5, by words.';

function tableOfFigures(figures: readonly Figure[]): string {
  return table(
    ['figure', 'Career Mentor', 'beside it', 'ratio', 'aim', ''],
    figures.map((figure) => {
      const { label, unit, ours, theirs, ratio } = figure;
      const withUnit = (value: number) => `${formatValue(value)} ${unit}`.trim();
      const beside = theirs === undefined ? ['', ''] : [withUnit(theirs), formatValue(ratio)];
      return [label, withUnit(ours), ...beside, aimOf(figure), reachedText(figure)];
    }),
  );
}

function aimOf({ aim, better, unit }: Figure): string {
  if (aim === undefined) return '';
  const sign = better === 'higher' ? '≥' : '≤';
  return aim.of === 'ratio' ? `${sign} ${aim.value} ×` : `${sign} ${aim.value} ${unit}`;
}

function reachedText(figure: Figure): string {
  const reached = reachesAim(figure);
  if (reached === undefined) return '';
  return reached ? 'reached' : 'not yet';
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** The charts by the names that the report refers to. */
export function drawCharts({ turns, search }: BenchResult): Record<string, string> {
  const bots = Object.entries(turns);
  const loads = bots[0]?.[1] ?? [];
  return {
    'bench-turns.svg': drawBars({
      title: 'Turns a second, by how many people talk at a time',
      series: bots.map(([name]) => name),
      scale: 'linear',
      groups: loads.map(({ people }, position) => ({
        label: `${people} at a time`,
        values: bots.map(([, figures]) => quantile(0.5, figures[position]?.turnsPerSecond ?? [])),
      })),
    }),
    'bench-search.svg': drawBars({
      title: 'Median time of a search in ms, on a logarithmic scale',
      series: ['Career Mentor', 'FTS5 alone', 'MiniSearch', 'all vectors'],
      scale: 'logarithmic',
      groups: search.map(({ passages, oursMs, bareMs, miniSearchMs, vectorsMs }) => ({
        label: `${passages.toLocaleString('en')} passages`,
        values: [oursMs, bareMs, miniSearchMs, vectorsMs].map((times) => quantile(0.5, times)),
      })),
    }),
  };
}
