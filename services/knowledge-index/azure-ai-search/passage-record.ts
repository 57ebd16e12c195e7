import { type DocumentType, documentTypes, type KnowledgeDocument } from '../port.ts';

/** Every field of a passage but its vector, which goes in and never comes back. */
export const recordFields = [
  'id',
  'documentId',
  'title',
  'content',
  'summary',
  'documentType',
  'category',
  'subcategory',
  'tags',
  'questions',
  'chunkIndex',
  'totalChunks',
  'targetAudience',
  'careerPaths',
  'skillsCovered',
  'authorityScore',
  'freshnessScore',
  'engagementScore',
  'sourceUrl',
  'section',
  'part',
  'sources',
  'createdAt',
  'updatedAt',
  'reviewBy',
  'version',
  'collection',
  'contentHash',
] as const satisfies (keyof KnowledgeDocument)[];

/** A passage as the service keeps it. */
export type PassageRecord = Record<(typeof recordFields)[number], unknown> & {
  readonly id: string;
  readonly contentVector: number[] | null;
};

/**
 * The key of a passage in the service, which allows letters, digits, `_`, `-` and `=`, and no `_` at the start: every
 * other byte becomes `=` and two hexadecimal digits, so that a key can still be read and is never that of another id.
 */
export function toKey(id: string): string {
  const bytes = new TextEncoder().encode(id);
  return [...bytes].map((byte, position) => escapeByte(byte, position)).join('');
}

function escapeByte(byte: number, position: number): string {
  const character = String.fromCharCode(byte);
  if (/[A-Za-z0-9-]/.test(character) || (character === '_' && position > 0)) return character;
  return `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}

/** The id that a key was made of. */
export function fromKey(key: string): string {
  return decodeURIComponent(key.replaceAll('=', '%'));
}

/** Nine significant digits tell every 32-bit number apart and keep the request a third shorter. */
export function toNumbers(vector: Float32Array): number[] {
  return Array.from(vector, (value) => Number(value.toPrecision(9)));
}

/** What is written of a passage: all of it, so that nothing of an earlier version stays. */
export function toRecord({ contentVector, ...passage }: KnowledgeDocument): PassageRecord {
  return {
    ...passage,
    id: toKey(passage.id),
    sources: JSON.stringify(passage.sources),
    reviewBy: passage.reviewBy ?? null,
    contentVector: contentVector === undefined ? null : toNumbers(contentVector),
  };
}

/** The passage of a record that came back; throws a TypeError where a field is not what was written. */
export function fromRecord(record: Readonly<Record<string, unknown>>): KnowledgeDocument {
  const text = (name: (typeof recordFields)[number]) => textOf(record[name], name);
  const texts = (name: (typeof recordFields)[number]) =>
    ((record[name] ?? []) as unknown[]).map((value) => textOf(value, name));
  const numeric = (name: (typeof recordFields)[number]) => Number(record[name] ?? 0);
  return {
    id: fromKey(text('id')),
    documentId: text('documentId'),
    title: text('title'),
    content: text('content'),
    summary: text('summary'),
    documentType: documentTypeOf(text('documentType')),
    category: text('category'),
    subcategory: text('subcategory'),
    tags: texts('tags'),
    questions: texts('questions'),
    chunkIndex: numeric('chunkIndex'),
    totalChunks: numeric('totalChunks'),
    targetAudience: texts('targetAudience'),
    careerPaths: texts('careerPaths'),
    skillsCovered: texts('skillsCovered'),
    authorityScore: numeric('authorityScore'),
    freshnessScore: numeric('freshnessScore'),
    engagementScore: numeric('engagementScore'),
    sourceUrl: text('sourceUrl'),
    section: text('section'),
    part: text('part') as KnowledgeDocument['part'],
    sources: JSON.parse(text('sources')) as KnowledgeDocument['sources'],
    createdAt: text('createdAt'),
    updatedAt: text('updatedAt'),
    ...(record['reviewBy'] == null ? {} : { reviewBy: text('reviewBy') }),
    version: numeric('version'),
    collection: text('collection'),
    contentHash: text('contentHash'),
  };
}

/** The client turns any text that looks like a date, or like a number that JSON lacks, into one: this turns it back. */
export function textOf(value: unknown, name: string): string {
  if (typeof value === 'string') return value;
  if (value instanceof Date) return value.toISOString();
  if (Number.isNaN(value)) return 'NaN';
  if (value === Number.POSITIVE_INFINITY) return 'INF';
  if (value === Number.NEGATIVE_INFINITY) return '-INF';
  throw new TypeError(`The field ${name} holds no text`);
}

function documentTypeOf(text: string): DocumentType {
  const found = documentTypes.find((type) => type === text);
  if (found === undefined)
    throw new TypeError('The field documentType holds no type that is known');
  return found;
}
