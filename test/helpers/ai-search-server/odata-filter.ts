import type { Field } from './index-definition.ts';
import { invalid, ServiceError } from './service-error.ts';

export type StoredDocument = Readonly<Record<string, unknown>>;
export type Predicate = (document: StoredDocument) => boolean;

type Operator = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le';
type Literal = string | number | boolean | null;

const lexeme =
  /\s*(?:(?<text>'(?:[^']|'')*')|(?<number>-?\d+(?:\.\d+)?)|(?<mark>[(),:/])|(?<word>[A-Za-z_][A-Za-z0-9_.]*))/uy;

/**
 * Compiles an OData filter of comparisons, `any` over a list, `and`, `or` and brackets; throws the service's 400 for a
 * filter that is not well formed or names a field that cannot be filtered by, and 501 for what is not known here.
 */
export function compileFilter(filter: string, fields: readonly Field[]): Predicate {
  const tokens = tokenize(filter);
  let at = 0;
  const peek = () => tokens[at];
  const take = () => {
    at += 1;
    return tokens[at - 1] ?? fail(filter, 'it ends too early');
  };
  const expect = (token: string) => {
    if (take() !== token) fail(filter, `'${token}' was expected`);
  };

  function parseOr(): Predicate {
    const parts = [parseAnd()];
    while (peek() === 'or') {
      take();
      parts.push(parseAnd());
    }
    return (document) => parts.some((part) => part(document));
  }

  function parseAnd(): Predicate {
    const parts = [parseUnit()];
    while (peek() === 'and') {
      take();
      parts.push(parseUnit());
    }
    return (document) => parts.every((part) => part(document));
  }

  function parseUnit(): Predicate {
    if (peek() === '(') {
      take();
      const inner = parseOr();
      expect(')');
      return inner;
    }
    const name = take();
    if (name === 'not' || name === 'search.in' || name === 'search.ismatch')
      throw new ServiceError(501, 'NotKnownHere', `This server does not know '${name}'.`);
    const field = filterableField(name, fields);
    return peek() === '/' ? parseAny(field) : parseComparison(field);
  }

  function parseComparison(field: Field): Predicate {
    const operator = readOperator(take(), filter);
    const wanted = readLiteral(take(), filter);
    checkType(field, wanted, filter);
    return (document) => compare((document[field.name] ?? null) as Literal, operator, wanted);
  }

  /** `tags/any(tag: tag eq 'x')` */
  function parseAny(field: Field): Predicate {
    expect('/');
    expect('any');
    expect('(');
    const variable = take();
    expect(':');
    expect(variable);
    const operator = readOperator(take(), filter);
    const wanted = readLiteral(take(), filter);
    expect(')');
    return (document) =>
      ((document[field.name] ?? []) as Literal[]).some((item) => compare(item, operator, wanted));
  }

  const predicate = parseOr();
  if (at < tokens.length) fail(filter, `'${tokens[at]}' was not expected`);
  return predicate;
}

function tokenize(filter: string): string[] {
  const tokens: string[] = [];
  lexeme.lastIndex = 0;
  const end = filter.trimEnd().length;
  while (lexeme.lastIndex < end) {
    const start = lexeme.lastIndex;
    const match = lexeme.exec(filter);
    if (match === null) return fail(filter, `a character at position ${start} is not known`);
    tokens.push(match[0].trimStart());
  }
  return tokens;
}

function filterableField(name: string, fields: readonly Field[]): Field {
  const field = fields.find((other) => other.name === name);
  if (field === undefined)
    throw invalid(
      `Invalid expression: Could not find a property named '${name}' on type 'search.document'.\r\nParameter name: $filter`,
    );
  if (!field.filterable)
    throw invalid(
      `Invalid expression: '${name}' is not a filterable field. Only filterable fields can be used in filter expressions.\r\nParameter name: $filter`,
      'NonFilterableField',
    );
  return field;
}

function readOperator(token: string, filter: string): Operator {
  if (/^(?:eq|ne|gt|ge|lt|le)$/.test(token)) return token as Operator;
  return fail(filter, `'${token}' is not a comparison`);
}

function readLiteral(token: string, filter: string): Literal {
  if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'");
  if (/^-?\d/.test(token)) return Number(token);
  if (token === 'true' || token === 'false') return token === 'true';
  return token === 'null' ? null : fail(filter, `'${token}' is not a literal`);
}

function checkType(field: Field, wanted: Literal, filter: string): void {
  const expected = { 'Edm.String': 'string', 'Edm.Boolean': 'boolean' }[field.type as string];
  const isNumeric = /Int|Double/.test(field.type);
  if (wanted === null || typeof wanted === (expected ?? (isNumeric ? 'number' : 'string'))) return;
  fail(filter, `'${field.name}' of type ${field.type} cannot be compared with ${typeof wanted}`);
}

function compare(value: Literal, operator: Operator, wanted: Literal): boolean {
  if (operator === 'eq') return value === wanted;
  if (operator === 'ne') return value !== wanted;
  if (value === null || wanted === null) return false;
  if (operator === 'gt') return value > wanted;
  if (operator === 'ge') return value >= wanted;
  return operator === 'lt' ? value < wanted : value <= wanted;
}

function fail(filter: string, reason: string): never {
  throw invalid(
    `Invalid expression: ${reason} in '${filter.slice(0, 200)}'.\r\nParameter name: $filter`,
  );
}
