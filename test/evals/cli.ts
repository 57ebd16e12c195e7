import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openDatabase } from '#services/database/open-database.ts';
import { createSqliteKnowledgeIndex } from '#services/knowledge-index/sqlite.ts';
import { acceptFigures, baselineFile, dropsFrom, readBaseline, writeBaseline } from './baseline.ts';
import { type Evaluation, figuresOf } from './evaluation.ts';
import { evaluationSets, findPublicData } from './evaluation-sets.ts';
import { readHistory, withRun, writeHistory } from './history.ts';
import { type Split, splits } from './labelled-questions.ts';
import { type Writer, writers } from './open-mentor.ts';
import { formatDrops, formatFailures, formatTable } from './report/format-text.ts';
import { formatCases, runCases } from './run-cases.ts';
import { formatCorpusScores, scoreCorpus } from './run-corpus.ts';
import { runEvaluation } from './run-evaluation.ts';
import { writeDocumentation, writeReports } from './write-reports.ts';

const usage = `npm run eval -- [options]

  --set NAME        one set; may be repeated (${evaluationSets.map(({ name }) => name).join(', ')})
  --split SPLIT     dev, test, or all (all)
  --model WRITER    extractive, scripted or configured; may be repeated (extractive)
  --failures        every development question that went wrong, with what was wanted and what was found
  --json            the whole result as JSON instead of a table
  --out DIR         where the reports go (data/evaluation)
  --baseline FILE   what the figures are held against (test/evals/baseline.json)
  --accept          make these figures the baseline
  --record NOTE     keep these figures in the history and write docs/evaluation.md
  --cases FILE      reviewed answers instead, a line each, as the dashboard writes them to DATA_DIR/evaluation-cases.jsonl
  --corpus DIR      a folder with corpus.jsonl, queries.jsonl and qrels/test.tsv instead; with --json its scores as JSON

Exits with 1 when a figure is worse than its baseline by more than its tolerance.`;

const options = {
  set: { type: 'string', multiple: true, default: [] as string[] },
  split: { type: 'string', default: 'all' },
  model: { type: 'string', multiple: true, default: ['extractive'] as string[] },
  failures: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  out: { type: 'string', default: join('data', 'evaluation') },
  baseline: { type: 'string', default: baselineFile },
  accept: { type: 'boolean', default: false },
  record: { type: 'string' },
  cases: { type: 'string' },
  corpus: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

/** Does what the arguments ask for; resolves to the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options });
  if (values.help) {
    print(usage);
    return 0;
  }
  if (values.corpus !== undefined) {
    const index = createSqliteKnowledgeIndex(openDatabase(':memory:').database);
    const scores = await scoreCorpus(values.corpus, index);
    print(values.json ? JSON.stringify(scores) : formatCorpusScores(values.corpus, scores));
    return 0;
  }
  if (values.cases !== undefined) {
    const [writer = 'extractive'] = values.model;
    const results = await runCases(values.cases, writerOf(writer));
    print(values.json ? JSON.stringify(results) : formatCases(results));
    return results.every(({ isRight }) => isRight) ? 0 : 1;
  }
  const chosenSplits = splitsOf(values.split);
  if (values.failures && !chosenSplits.includes('dev'))
    throw new RangeError('Only the failures of the development questions are shown.');
  const evaluations: Evaluation[] = [];
  for (const writer of values.model.map(writerOf))
    evaluations.push(
      await runEvaluation({
        writer,
        splits: chosenSplits,
        sets: values.set,
        publicData: findPublicData(process.env),
        now: () => new Date(),
        onSet: (title) => process.stderr.write(`${writer}: ${title}\n`),
      }),
    );
  report(evaluations, values);
  return compare(evaluations, values);
}

function report(
  evaluations: readonly Evaluation[],
  values: { json: boolean; failures: boolean; out: string; record?: string | undefined },
): void {
  const [first, ...others] = evaluations;
  if (first === undefined) throw new RangeError('Name a writer with --model.');
  let history = readHistory();
  if (values.record !== undefined) {
    for (const evaluation of evaluations) history = withRun(history, evaluation, values.record);
    writeHistory(history);
  }
  const input = { evaluations: [first, ...others] as const, history };
  const written = [
    ...writeReports(values.out, input),
    ...(values.record === undefined ? [] : writeDocumentation(input)),
  ];
  if (values.json) print(JSON.stringify(evaluations));
  else
    print(
      [
        ...evaluations.map(formatTable),
        ...(values.failures ? evaluations.map(formatFailures) : []),
        `Reports: ${written.join(', ')}`,
      ].join('\n\n'),
    );
}

/** Holds every run against the baseline; resolves to the exit code. */
function compare(
  evaluations: readonly Evaluation[],
  values: { readonly baseline: string; readonly accept: boolean },
): number {
  let baseline = readBaseline(values.baseline);
  if (values.accept) {
    for (const evaluation of evaluations)
      baseline = acceptFigures(baseline, evaluation.model, figuresOf(evaluation));
    writeBaseline(baseline, values.baseline);
    return 0;
  }
  const drops = evaluations.flatMap((evaluation) =>
    dropsFrom(baseline, evaluation.model, figuresOf(evaluation)),
  );
  if (drops.length === 0) return 0;
  process.stderr.write(`\nWorse than the baseline:\n${formatDrops(drops)}\n`);
  return 1;
}

function splitsOf(name: string): readonly Split[] {
  if (name === 'all') return splits;
  const split = splits.find((candidate) => candidate === name);
  if (split === undefined) throw new RangeError(`There is no split "${name}": dev, test or all.`);
  return [split];
}

function writerOf(name: string): Writer {
  const writer = writers.find((candidate) => candidate === name);
  if (writer === undefined)
    throw new RangeError(`There is no writer "${name}": ${writers.join(', ')}.`);
  return writer;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${describeError(error)}\n`);
  process.exitCode = 2;
}

/** A mistake on the command line is answered with how it is used; anything else with where it happened. */
function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isUsage = error instanceof RangeError || ('code' in error && isArgumentError(error.code));
  return isUsage ? `${error.message}\n\n${usage}` : (error.stack ?? error.message);
}

function isArgumentError(code: unknown): boolean {
  return typeof code === 'string' && code.startsWith('ERR_PARSE_ARGS');
}
