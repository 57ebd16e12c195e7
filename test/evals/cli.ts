import { parseArgs } from 'node:util';
import { openDatabase } from '#services/database/open-database.ts';
import { createSqliteKnowledgeIndex } from '#services/knowledge-index/sqlite.ts';
import { readLabelledQuestions } from './labelled-questions.ts';
import { formatCorpusScores, formatSummary, summarise } from './report.ts';
import { scoreCorpus } from './run-corpus.ts';
import { openArticles, type QuestionResult, runQuestion } from './run-retrieval.ts';

const usage = `npm run eval                              our own labelled questions on the articles
npm run eval -- --corpus DIR              a folder with corpus.jsonl, queries.jsonl and qrels/test.tsv
npm run eval -- [--corpus DIR] --json     the same as JSON
npm run eval -- --misses                  every development question that went wrong, with what was found`;

/** Runs the evaluation that the arguments ask for and returns what to print. */
async function evaluate(args: readonly string[]): Promise<string> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      corpus: { type: 'string' },
      json: { type: 'boolean', default: false },
      misses: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return usage;
  if (values.corpus !== undefined) {
    const index = createSqliteKnowledgeIndex(openDatabase(':memory:').database);
    const scores = await scoreCorpus(values.corpus, index);
    return values.json ? JSON.stringify(scores) : formatCorpusScores(values.corpus, scores);
  }
  const results = await runQuestions();
  if (values.misses) return results.filter(isMiss).map(describeMiss).join('\n\n');
  const summary = summarise(results);
  return values.json ? JSON.stringify(summary) : formatSummary(summary);
}

async function runQuestions(): Promise<QuestionResult[]> {
  const dependencies = await openArticles();
  const results: QuestionResult[] = [];
  for (const question of readLabelledQuestions())
    results.push(await runQuestion(question, dependencies));
  return results;
}

/** The test split stays unread, so that it goes on telling the truth. */
function isMiss({ question, answerable, hasEvidence, recallAt5 }: QuestionResult): boolean {
  return question.split === 'dev' && (answerable ? recallAt5 < 1 : hasEvidence);
}

function describeMiss({ question, hasEvidence, found }: QuestionResult): string {
  const wanted = question.relevant.map(
    (label) => `  want ${label.grade}: ${label.documentId} > ${label.section ?? 'any section'}`,
  );
  const evidence = hasEvidence ? 'found' : 'found, all below the floor';
  return [
    `${question.id}: ${question.question}`,
    ...wanted,
    `  ${evidence}:`,
    ...found.map((passage) => `    ${passage}`),
  ].join('\n');
}

try {
  process.stdout.write(`${await evaluate(process.argv.slice(2))}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}\n`);
  process.exitCode = 1;
}
