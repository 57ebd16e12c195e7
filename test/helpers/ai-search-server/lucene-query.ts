import { invalid, ServiceError } from './service-error.ts';

/** A query of the full Lucene syntax, as far as this server knows it: words, phrases, fuzzy words, groups, OR, boosts. */
export type QueryNode =
  | { readonly type: 'everything' }
  | { readonly type: 'word'; readonly text: string; readonly boost: number }
  | {
      readonly type: 'fuzzy';
      readonly text: string;
      readonly edits: number;
      readonly boost: number;
    }
  | { readonly type: 'phrase'; readonly text: string; readonly boost: number }
  | { readonly type: 'any'; readonly nodes: readonly QueryNode[]; readonly boost: number };

type Lexeme =
  | { readonly type: 'open' | 'close' | 'or' }
  | { readonly type: 'word' | 'phrase'; readonly text: string }
  | { readonly type: 'boost' | 'edits'; readonly value: number };

interface Cursor {
  readonly query: string;
  readonly lexemes: readonly Lexeme[];
  at: number;
}

/** Parses the full syntax; throws the service's 400 for a query that is not well formed, or uses what is not known here. */
export function parseLucene(query: string): QueryNode {
  if (query.trim() === '*') return { type: 'everything' };
  const cursor = { query, lexemes: tokenize(query), at: 0 };
  const node = parseAny(cursor);
  if (cursor.at < cursor.lexemes.length) throw malformed(query);
  return node;
}

/** Operands, with or without OR between them, to the end of the query or of its group. */
function parseAny(cursor: Cursor): QueryNode {
  const nodes = [parseOperand(cursor)];
  for (;;) {
    const next = cursor.lexemes[cursor.at]?.type;
    if (next === undefined || next === 'close') return { type: 'any', nodes, boost: 1 };
    if (next === 'or') cursor.at += 1;
    nodes.push(parseOperand(cursor));
  }
}

function parseOperand(cursor: Cursor): QueryNode {
  const lexeme = cursor.lexemes[cursor.at];
  cursor.at += 1;
  if (lexeme?.type === 'open') return parseGroup(cursor);
  if (lexeme?.type !== 'word' && lexeme?.type !== 'phrase') throw malformed(cursor.query);
  const { type, text } = lexeme;
  const edits = takeNumber(cursor, 'edits');
  const boost = takeNumber(cursor, 'boost') ?? 1;
  if (edits === undefined) return { type, text, boost };
  if (type === 'phrase') throw unknown('proximity');
  return { type: 'fuzzy', text, edits, boost };
}

function parseGroup(cursor: Cursor): QueryNode {
  const nodes = [parseAny(cursor)];
  if (cursor.lexemes[cursor.at]?.type !== 'close') throw malformed(cursor.query);
  cursor.at += 1;
  return { type: 'any', nodes, boost: takeNumber(cursor, 'boost') ?? 1 };
}

function takeNumber(cursor: Cursor, type: 'boost' | 'edits'): number | undefined {
  const lexeme = cursor.lexemes[cursor.at];
  if (lexeme?.type !== type) return undefined;
  cursor.at += 1;
  return lexeme.value;
}

/** The simple syntax without its operators: plain words, any of which may match. */
export function parseSimple(query: string): QueryNode {
  if (query.trim() === '*' || query.trim() === '') return { type: 'everything' };
  if (/[+|"*()~-]/.test(query)) throw unknown('operators of the simple syntax');
  const words = query.trim().split(/\s+/);
  return {
    type: 'any',
    nodes: words.map((text) => ({ type: 'word', text, boost: 1 })),
    boost: 1,
  };
}

const escapedCharacter = String.raw`\\.`;
const lexemePattern = new RegExp(
  [
    String.raw`(?<space>\s+)`,
    String.raw`(?<open>\()`,
    String.raw`(?<close>\))`,
    String.raw`"(?<phrase>(?:${escapedCharacter}|[^"\\])*)"`,
    String.raw`\^(?<boost>\d+(?:\.\d+)?)`,
    String.raw`~(?<edits>\d?)`,
    String.raw`(?<word>(?:${escapedCharacter}|[^\s+\-&|!(){}[\]^"~*?:\\/])(?:${escapedCharacter}|[^\s&|!(){}[\]^"~*?:\\/])*)`,
  ].join('|'),
  'uy',
);

function tokenize(query: string): Lexeme[] {
  const lexemes: Lexeme[] = [];
  lexemePattern.lastIndex = 0;
  while (lexemePattern.lastIndex < query.length) {
    const groups = lexemePattern.exec(query)?.groups;
    if (groups === undefined) throw malformed(query);
    if (groups['space'] === undefined) lexemes.push(toLexeme(groups));
  }
  return lexemes;
}

function toLexeme({ open, close, phrase, boost, edits, word }: Record<string, string>): Lexeme {
  if (open !== undefined) return { type: 'open' };
  if (close !== undefined) return { type: 'close' };
  if (phrase !== undefined) return { type: 'phrase', text: withoutEscapes(phrase) };
  if (boost !== undefined) return { type: 'boost', value: Number(boost) };
  if (edits !== undefined) return { type: 'edits', value: edits === '' ? 2 : Number(edits) };
  if (word === 'OR') return { type: 'or' };
  if (word === 'AND' || word === 'NOT') throw unknown(word);
  return { type: 'word', text: withoutEscapes(word ?? '') };
}

function withoutEscapes(text: string): string {
  return text.replaceAll(/\\(.)/gu, '$1');
}

function malformed(query: string): ServiceError {
  return invalid(
    `Failed to parse query string at line 1, column ${Math.max(1, lexemePattern.lastIndex)}. See https://aka.ms/azure-search-full-query for supported syntax.\r\nParameter name: search (${query.length} characters)`,
    'CannotParseQuery',
  );
}

function unknown(what: string): ServiceError {
  return new ServiceError(501, 'NotKnownHere', `This server does not know ${what} in a query.`);
}
