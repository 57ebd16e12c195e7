import type { Evaluation, Exhibit, Figure } from '#test/evals/evaluation.ts';
import type { HistoryEntry } from '#test/evals/history.ts';
import { groupFailures } from './group-failures.ts';
import { curveLines } from './main-figures.ts';
import { formatFigure, formatTarget, meetsTarget } from './present-figure.ts';

export interface ReportInput {
  /** One run for each writer; the first is the embedded default, or the only one. */
  readonly evaluations: readonly [Evaluation, ...Evaluation[]];
  readonly history: readonly HistoryEntry[];
  /** Where the charts stand beside the report; without it the report has none. */
  readonly images?: string;
}

const whatWouldMoveIt = [
  "Above the curve's end stand four things.",
  'Paraphrases, whose words no article has, and questions just beside the domain look alike to words and to vectors of words: an embedding model, which `LOCAL_EMBEDDING_MODEL` or a service brings, reads a whole sentence, and is the first thing to measure.',
  'The words of `knowledge/other-questions.txt` decide what is declined: 2,500 of them brought what is wrongly declined of the development questions from .133 to .077 with as many honestly declined, and more of them cost nothing but the writing.',
  'Citation precision counts every cited passage that nobody labelled as wrong; with a model that judges claims (`OPENAI_FAST_MODEL`) doubtful ones are looked at again.',
  'The check of claims knows no more of the world than words: an entailment model is what tells a contradiction in other words.',
].join(' ');

/** The report of a run as Markdown, in the order: what was reached, each set, the way there, what went wrong, answers to read. */
export function renderMarkdown(input: ReportInput): string {
  const [main] = input.evaluations;
  return [
    '# Evaluation',
    opening(input),
    '## What was reached',
    ...chart(input, 'figures', 'Figures beside their targets'),
    targetTable(main),
    '## The sets',
    ...main.sets.map((set) => setSection(set.name, input)),
    '## The way there',
    ...curve(input),
    whatWouldMoveIt,
    '## What went wrong on the development questions',
    failureSection(main),
    ...main.sets.flatMap(({ exhibits = [] }) => exhibitSection(exhibits)),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');
}

function opening({ evaluations }: ReportInput): string {
  const runs = evaluations
    .map(({ model, date, durationMs }) => {
      const seconds = Math.round(durationMs / 1000);
      return `\`${model}\` on ${date.slice(0, 10)} in ${seconds} s`;
    })
    .join(', ');
  return [
    `\`npm run eval\` measures what Career Mentor finds, says and refuses to say. This report was written by it: ${runs}. \`extractive\` is the embedded default, without a language model and without a network; \`scripted\` is a model that follows a script and makes mistakes on purpose, for measuring how freely written answers are checked.`,
    'The questions of `dev` are there to tune on, and their failures are listed below. Those of `test` were written and labelled by reading the articles, before anything was retrieved for them; only totals of them are ever printed, so that they go on telling the truth. Labels name every article, and mostly the section, that really answers the question. They were completed from an independent search over the articles, never from what the mentor found, so a good passage that nobody labelled counts as a wrong one. Paraphrases avoid the articles’ words on purpose: to full text alone they are the hard part, and the figure of each kind stands apart.',
    'Commands: `npm run eval` runs everything and fails when a figure drops by more than its tolerance in `test/evals/baseline.json`; `-- --set retrieval --split dev --failures` shows one set with every failure; `-- --model scripted` and `-- --model configured` let another model write; `-- --accept` makes the figures the new baseline; `-- --record "what changed"` writes this page. Public data is read from `EVAL_DATA_DIR`, and its sets are skipped where it is absent.',
  ].join('\n\n');
}

function targetTable(evaluation: Evaluation): string {
  const rows = evaluation.sets.flatMap(({ title, figures }) =>
    figures
      .filter((figure) => figure.target !== undefined)
      .map((figure) => [
        title,
        figure.label,
        formatFigure(figure),
        formatTarget(figure),
        String(figure.cases),
        meetsTarget(figure) === true ? 'reached' : 'not yet',
      ]),
  );
  return table(['set', 'figure', 'reached', 'target', 'cases', ''], rows);
}

function setSection(name: string, { evaluations }: ReportInput): string {
  const [main, ...others] = evaluations;
  const set = main.sets.find((candidate) => candidate.name === name);
  if (set === undefined) return '';
  const heading = [`### ${set.title}`, set.about];
  if (set.skipped !== undefined) return [...heading, `Not measured: ${set.skipped}.`].join('\n\n');
  const columns = [main, ...others].map(({ sets }) => sets.find((one) => one.name === name));
  const ids = [...new Set(columns.flatMap((column) => column?.figures.map(({ id }) => id) ?? []))];
  const rows = ids.map((id) => {
    const found = columns.map((column) => column?.figures.find((figure) => figure.id === id));
    const first = found.find((figure): figure is Figure => figure !== undefined);
    return [
      first?.label ?? id,
      ...found.map((figure) => (figure === undefined ? '' : formatFigure(figure))),
      first === undefined ? '' : formatTarget(first),
      String(first?.cases ?? ''),
    ];
  });
  const models = [main, ...others].map(({ model }) => model);
  return [...heading, table(['figure', ...models, 'target', 'cases'], rows)].join('\n\n');
}

function curve(input: ReportInput): string[] {
  const { history, evaluations } = input;
  const runs = history.filter(({ model }) => model === evaluations[0].model);
  if (runs.length === 0) return ['No run was recorded yet.'];
  const rows = runs.map(({ date, note, figures }, index) => [
    String(index + 1),
    date.slice(0, 10),
    note,
    ...curveLines.map(({ figureId }) => figures[figureId]?.toFixed(3) ?? ''),
  ]);
  const heading = ['', 'date', 'what had changed', ...curveLines.map(({ label }) => label)];
  return [...chart(input, 'curve', 'The recorded runs'), table(heading, rows)];
}

function failureSection(evaluation: Evaluation): string {
  const groups = groupFailures(evaluation);
  if (groups.length === 0) return 'Nothing.';
  return [
    'By cause; `npm run eval -- --split dev --failures` shows each with what was wanted and what was found.',
    table(
      ['set', 'cause', 'cases'],
      groups.map(({ set, cause, failures }) => [set, cause, String(failures.length)]),
    ),
  ].join('\n\n');
}

function exhibitSection(exhibits: readonly Exhibit[]): string[] {
  if (exhibits.length === 0) return [];
  const licences = [...new Set(exhibits.map(({ origin }) => origin.replace(/^[^,]*, /, '')))];
  return [
    '## Real questions with their answers',
    `Asked in public by people who knew nothing of this project (${licences.join('; ')}); the ids are those of the source.`,
    ...exhibits.map(({ question, answer, sources, state, origin }) =>
      [
        `**${oneLine(question)}** (${origin.split(',')[0]}, ${state})`,
        answer.replaceAll(/^/gm, '> '),
        ...(sources.length === 0 ? [] : [`Sources: ${sources.map(oneLine).join(' · ')}`]),
      ].join('\n\n'),
    ),
  ];
}

function chart({ images }: ReportInput, name: string, alternative: string): string[] {
  return images === undefined ? [] : [`![${alternative}](${images}/eval-${name}.svg)`];
}

function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(heading), `|${heading.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

function cell(text: string): string {
  return oneLine(text).replaceAll('|', '\\|');
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
