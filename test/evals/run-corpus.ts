import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KnowledgeDocument, KnowledgeIndex } from '#services/knowledge-index/port.ts';
import { type Judgements, mean, percentile, type QueryScores, scoreRanking } from './metrics.ts';

export interface CorpusScores {
  readonly ndcgAt10: number;
  readonly recallAt5: number;
  readonly recallAt100: number;
  readonly map: number;
  readonly mrr: number;
  /** Queries with at least one relevant document: only those can be scored. */
  readonly queries: number;
  readonly p95Ms: number;
}

/** Deep enough for recall among the first hundred, with room for documents that share a score. */
const searchLimit = 200;

/**
 * Puts a BEIR folder (corpus.jsonl, queries.jsonl, qrels/test.tsv) into the index and scores what its text alone finds.
 * Throws where a file is missing or is not in that layout.
 */
export async function scoreCorpus(folder: string, index: KnowledgeIndex): Promise<CorpusScores> {
  for (const document of readLines(folder, 'corpus.jsonl').map(parseRecord))
    await index.putDocument([toPassage(document)]);
  const judgements = readJudgements(folder);
  const scores: QueryScores[] = [];
  const durationsMs: number[] = [];
  for (const query of readLines(folder, 'queries.jsonl').map(parseRecord)) {
    const judged = judgements.get(query.id);
    if (judged === undefined || ![...judged.values()].some((gain) => gain > 0)) continue;
    const started = performance.now();
    const hits = await index.search({ text: query.text, limit: searchLimit });
    durationsMs.push(performance.now() - started);
    scores.push(
      scoreRanking(
        hits.map((hit) => hit.document.documentId),
        judged,
      ),
    );
  }
  return {
    ndcgAt10: mean(scores.map((score) => score.ndcgAt10)),
    recallAt5: mean(scores.map((score) => score.recallAt5)),
    recallAt100: mean(scores.map((score) => score.recallAt100)),
    map: mean(scores.map((score) => score.averagePrecision)),
    mrr: mean(scores.map((score) => score.reciprocalRank)),
    queries: scores.length,
    p95Ms: percentile(0.95, durationsMs),
  };
}

interface CorpusRecord {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

function parseRecord(line: string): CorpusRecord {
  const { _id, title = '', text = '' } = JSON.parse(line) as Record<string, string>;
  if (_id === undefined) throw new TypeError(`A line without _id: ${line.slice(0, 80)}`);
  return { id: String(_id), title, text };
}

function readLines(folder: string, name: string): string[] {
  return readFileSync(join(folder, name), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');
}

function readJudgements(folder: string): Map<string, Judgements> {
  const judgements = new Map<string, Map<string, number>>();
  for (const [position, line] of readLines(folder, join('qrels', 'test.tsv')).entries()) {
    const [query = '', document = '', gain] = line.split('\t');
    if (position === 0 && query === 'query-id') continue;
    if (gain === undefined) throw new TypeError(`A judgement without three columns: ${line}`);
    const ofQuery = judgements.get(query) ?? new Map<string, number>();
    judgements.set(query, ofQuery.set(document, Number(gain)));
  }
  return judgements;
}

function toPassage({ id, title, text }: CorpusRecord): KnowledgeDocument {
  return {
    id: `${id}#0`,
    documentId: id,
    title,
    content: text,
    summary: '',
    documentType: 'resource',
    category: 'corpus',
    subcategory: 'corpus',
    tags: [],
    questions: [],
    chunkIndex: 0,
    totalChunks: 1,
    targetAudience: [],
    careerPaths: ['any'],
    skillsCovered: [],
    authorityScore: 0.5,
    freshnessScore: 0.5,
    engagementScore: 0.5,
    sourceUrl: `/articles/${encodeURIComponent(id)}`,
    section: title,
    part: 'body',
    sources: [],
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01',
    version: 1,
    collection: 'corpus',
    contentHash: '',
  };
}

/** The scores of one public collection as a table for reading. */
export function formatCorpusScores(name: string, scores: CorpusScores): string {
  const lines = Object.entries(scores).map(
    ([measure, value]) =>
      `${measure.padEnd(12)} ${measure === 'queries' ? value : value.toFixed(measure === 'p95Ms' ? 1 : 4)}`,
  );
  return [name, ...lines].join('\n');
}
