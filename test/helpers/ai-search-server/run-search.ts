import { analyzeEnglish } from './english-analyzer.ts';
import type { Field } from './index-definition.ts';
import { parseLucene, parseSimple } from './lucene-query.ts';
import { compileFilter, type StoredDocument } from './odata-filter.ts';
import type { SearchIndex } from './search-index.ts';
import { invalid, ServiceError } from './service-error.ts';

/** The body of `search.post.search`, as far as this server knows it; it refuses what it does not know. */
export interface SearchBody {
  readonly search?: string;
  readonly queryType?: string;
  readonly searchMode?: string;
  readonly searchFields?: string;
  readonly scoringProfile?: string;
  readonly filter?: string;
  readonly orderby?: string;
  readonly select?: string;
  readonly top?: number;
  readonly skip?: number;
  readonly count?: boolean;
  readonly vectorFilterMode?: string;
  readonly vectorQueries?: readonly VectorQuery[];
  readonly semanticConfiguration?: string;
  readonly semanticQuery?: string;
  readonly debug?: string;
}

interface VectorQuery {
  readonly kind: string;
  readonly vector: readonly number[];
  readonly fields: string;
  readonly k?: number;
}

const knownParameters = new Set<string>([
  'search',
  'queryType',
  'searchMode',
  'searchFields',
  'scoringProfile',
  'filter',
  'orderby',
  'select',
  'top',
  'skip',
  'count',
  'vectorFilterMode',
  'vectorQueries',
  'semanticConfiguration',
  'semanticQuery',
  'debug',
] satisfies (keyof SearchBody)[]);

/** Of reciprocal rank fusion. */
const fusionConstant = 60;
const mostInOneAnswer = 1_000;
const mostReranked = 50;

interface Ranked {
  readonly key: string;
  readonly score: number;
  readonly rerankerScore?: number;
}

/** Answers one search; throws what the service answers to a wrong one. */
export function runSearch(
  index: SearchIndex,
  body: SearchBody,
  { semanticRanker }: { readonly semanticRanker: boolean },
): Record<string, unknown> {
  checkParameters(body);
  const { fields } = index.definition;
  const fits = body.filter === undefined ? () => true : compileFilter(body.filter, fields);
  const allowed = new Map([...index.documents].filter(([, document]) => fits(document)));
  const isSemantic = checkSemantics(index, body, semanticRanker);
  const lists = [
    ...textRanking(index, body, allowed),
    ...(body.vectorQueries ?? []).map((query) => vectorRanking(query, fields, allowed)),
  ];
  const similarities = new Map(
    (body.vectorQueries ?? []).length === 0
      ? []
      : (lists.at(-1) ?? []).map(({ key, score }) => [key, 2 - 1 / score]),
  );
  const fused = lists.length === 1 ? (lists[0] ?? []) : fuse(lists);
  const ranked = isSemantic ? rerank(index, body, fused) : order(index, body, fused);
  return toAnswer(index, body, ranked, similarities);
}

function checkParameters(body: SearchBody): void {
  for (const [name, value] of Object.entries(body))
    if (!knownParameters.has(name) && value !== undefined)
      throw new ServiceError(501, 'NotKnownHere', `This server does not know '${name}'.`);
  if ((body.skip ?? 0) > 100_000)
    throw invalid('Value must be between 0 and 100000.\r\nParameter name: $skip');
  if (
    !['disabled', 'vector', undefined].includes(body.debug) ||
    (body.vectorQueries ?? []).length > 1
  )
    throw new ServiceError(
      501,
      'NotKnownHere',
      'This server knows one vector query, and debug for it.',
    );
  if (body.searchMode === 'all')
    throw new ServiceError(501, 'NotKnownHere', `This server does not know searchMode 'all'.`);
}

function textRanking(
  index: SearchIndex,
  body: SearchBody,
  allowed: ReadonlyMap<string, StoredDocument>,
): Ranked[][] {
  const { search, queryType = 'simple' } = body;
  if (search === undefined && (body.vectorQueries ?? []).length > 0) return [];
  if (!['simple', 'full', 'semantic'].includes(queryType))
    throw invalid(`The query type '${queryType}' is not known.\r\nParameter name: queryType`);
  const query = queryType === 'full' ? parseLucene(search ?? '*') : parseSimple(search ?? '*');
  const scores = index.textIndex().score(query, fieldWeights(index, body));
  return [
    [...scores]
      .filter(([key]) => allowed.has(key))
      .map(([key, score]) => ({ key, score }))
      .toSorted(byScore),
  ];
}

function fieldWeights({ definition }: SearchIndex, body: SearchBody): Map<string, number> {
  const searchable = definition.fields.filter(
    (field) => field.searchable && field.type.includes('String'),
  );
  const names = list(body.searchFields) ?? searchable.map((field) => field.name);
  const profileName = body.scoringProfile ?? definition.defaultScoringProfile;
  const profile = definition.scoringProfiles.find((other) => other.name === profileName);
  if (body.scoringProfile !== undefined && profile === undefined)
    throw invalid(`The scoring profile '${body.scoringProfile}' does not exist.`);
  return new Map(
    names.map((name) => {
      if (!searchable.some((field) => field.name === name))
        throw invalid(`'${name}' is not a searchable field.\r\nParameter name: searchFields`);
      return [name, profile?.text?.weights[name] ?? 1];
    }),
  );
}

/** Exact nearest neighbours; the score is the service's for the metric cosine. */
function vectorRanking(
  query: VectorQuery,
  fields: readonly Field[],
  allowed: ReadonlyMap<string, StoredDocument>,
): Ranked[] {
  if (query.kind !== 'vector')
    throw new ServiceError(
      501,
      'NotKnownHere',
      `This server does not know '${query.kind}' queries.`,
    );
  const field = fields.find((other) => other.name === query.fields);
  if (field === undefined || field.dimensions === null)
    throw invalid(`Unknown field '${query.fields}' in vector field list.`);
  if (query.vector.length !== field.dimensions)
    throw invalid(
      `The vector field '${field.name}' has a dimension mismatch. Expected ${field.dimensions}, got ${query.vector.length}.`,
      'InvalidVectorQuery',
    );
  return [...allowed]
    .filter(([, document]) => Array.isArray(document[field.name]))
    .map(([key, document]) => ({
      key,
      score: 1 / (2 - cosine(query.vector, document[field.name] as number[])),
    }))
    .toSorted(byScore)
    .slice(0, query.k ?? 50);
}

function cosine(left: readonly number[], right: readonly number[]): number {
  let [product, leftSquares, rightSquares] = [0, 0, 0];
  for (const [position, value] of left.entries()) {
    const other = right[position] ?? 0;
    product += value * other;
    leftSquares += value * value;
    rightSquares += other * other;
  }
  return product / (Math.sqrt(leftSquares * rightSquares) || 1);
}

function fuse(lists: readonly (readonly Ranked[])[]): Ranked[] {
  const scores = new Map<string, number>();
  for (const ranked of lists)
    for (const [position, { key }] of ranked.entries())
      scores.set(key, (scores.get(key) ?? 0) + 1 / (fusionConstant + position + 1));
  return [...scores].map(([key, score]) => ({ key, score })).toSorted(byScore);
}

/** Whether the semantic ranker is asked for; throws where it cannot be. */
function checkSemantics(
  { definition }: SearchIndex,
  body: SearchBody,
  semanticRanker: boolean,
): boolean {
  if (body.queryType !== 'semantic' && body.semanticQuery === undefined) return false;
  if (!semanticRanker)
    throw new ServiceError(
      400,
      'FeatureNotSupportedInService',
      'Semantic search is not enabled for this service.\r\nParameter name: queryType',
      'SemanticQueriesNotAvailable',
    );
  const { configurations = [], defaultConfiguration } = definition.semantic ?? {};
  const name = body.semanticConfiguration ?? defaultConfiguration;
  if (!configurations.some((configuration) => configuration.name === name))
    throw invalid(
      `Unknown semantic configuration '${name ?? ''}'.\r\nParameter name: semanticConfiguration`,
    );
  if (body.orderby !== undefined)
    throw invalid(`orderBy can't be used with semantic ranking.\r\nParameter name: $orderby`);
  return true;
}

/** No model stands here: a passage scores 0 to 4 by the share of the question's words that its title and content hold. */
function rerank(index: SearchIndex, body: SearchBody, ranked: readonly Ranked[]): Ranked[] {
  const configuration = index.definition.semantic?.configurations.find(
    (other) => other.name === body.semanticConfiguration,
  );
  const { titleField, prioritizedContentFields = [] } = configuration?.prioritizedFields ?? {};
  const names = [...(titleField ? [titleField] : []), ...prioritizedContentFields];
  const asked = new Set(
    analyzeEnglish(body.semanticQuery ?? body.search ?? '').map(({ term }) => term),
  );
  const reranked = ranked.slice(0, mostReranked).map((passage) => {
    const document = index.documents.get(passage.key);
    const text = names.map(({ fieldName }) => String(document?.[fieldName] ?? '')).join(' ');
    const held = new Set(analyzeEnglish(text).map(({ term }) => term));
    const share = [...asked].filter((term) => held.has(term)).length / Math.max(1, asked.size);
    return { ...passage, rerankerScore: 4 * share };
  });
  return [
    ...reranked.toSorted((left, right) => right.rerankerScore - left.rerankerScore),
    ...ranked.slice(mostReranked),
  ];
}

function order(index: SearchIndex, body: SearchBody, ranked: readonly Ranked[]): readonly Ranked[] {
  if (body.orderby === undefined) return ranked;
  const [name = '', direction = 'asc', ...more] = body.orderby.trim().split(/[\s,]+/);
  if (more.length > 0 || !['asc', 'desc'].includes(direction))
    throw new ServiceError(501, 'NotKnownHere', 'This server orders by one field.');
  if (!index.definition.fields.some((field) => field.name === name && field.sortable))
    throw invalid(`'${name}' is not a sortable field.\r\nParameter name: $orderby`);
  const sign = direction === 'asc' ? 1 : -1;
  const readValue = (key: string) => index.documents.get(key)?.[name] as string | number;
  return ranked.toSorted((left, right) => {
    const [first, second] = [readValue(left.key), readValue(right.key)];
    if (first === second) return 0;
    return first < second ? -sign : sign;
  });
}

function toAnswer(
  index: SearchIndex,
  body: SearchBody,
  ranked: readonly Ranked[],
  similarities: ReadonlyMap<string, number>,
) {
  const { top = 50, skip = 0 } = body;
  const page = ranked.slice(skip, skip + Math.min(top, mostInOneAnswer));
  const rest = top - page.length;
  return {
    ...(body.count === true ? { '@odata.count': ranked.length } : {}),
    ...(page.length === mostInOneAnswer && rest > 0 && ranked.length > skip + page.length
      ? { '@search.nextPageParameters': { ...body, skip: skip + page.length, top: rest } }
      : {}),
    value: page.map(({ key, score, rerankerScore }) => ({
      '@search.score': score,
      ...(rerankerScore === undefined ? {} : { '@search.rerankerScore': rerankerScore }),
      ...(body.debug === 'vector' ? debugInfo(body, similarities.get(key)) : {}),
      ...project(index, key, body.select),
    })),
  };
}

/** What `debug: vector` adds: a passage that the vectors did not find has no similarity. */
function debugInfo(body: SearchBody, vectorSimilarity: number | undefined) {
  const [query] = body.vectorQueries ?? [];
  const vectors =
    query === undefined || vectorSimilarity === undefined
      ? []
      : [{ [query.fields]: { searchScore: 1 / (2 - vectorSimilarity), vectorSimilarity } }];
  return { '@search.documentDebugInfo': { vectors: { subscores: { vectors } } } };
}

function project({ definition, documents }: SearchIndex, key: string, select: string | undefined) {
  const retrievable = definition.fields.filter((field) => field.retrievable);
  const wanted = select === undefined || select === '*' ? undefined : list(select);
  const names = wanted ?? retrievable.map((field) => field.name);
  const document = documents.get(key);
  return Object.fromEntries(
    names.map((name) => {
      const field = retrievable.find((other) => other.name === name);
      if (field === undefined)
        throw invalid(
          `Invalid expression: Could not find a property named '${name}' on type 'search.document'.\r\nParameter name: $select`,
        );
      return [name, document?.[name] ?? (field.type.startsWith('Collection') ? [] : null)];
    }),
  );
}

function list(names: string | undefined): string[] | undefined {
  return names === undefined ? undefined : names.split(',').map((name) => name.trim());
}

function byScore(left: Ranked, right: Ranked): number {
  return right.score - left.score;
}
