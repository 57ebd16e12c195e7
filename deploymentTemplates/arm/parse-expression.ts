/** One part of an expression such as `[concat('a', parameters('b').c)]`. */
export type Expression =
  | { readonly kind: 'literal'; readonly value: string | number }
  | { readonly kind: 'call'; readonly name: string; readonly given: readonly Expression[] }
  | { readonly kind: 'property'; readonly of: Expression; readonly name: string }
  | { readonly kind: 'index'; readonly of: Expression; readonly index: Expression };

/** Whether a template's string is an expression: in brackets, and not escaped by a second one. */
export function isExpression(text: string): boolean {
  return text.startsWith('[') && text.endsWith(']') && !text.startsWith('[[');
}

/**
 * Parses an expression, brackets included. Throws a SyntaxError that says where it stops making sense. The grammar:
 * https://learn.microsoft.com/azure/azure-resource-manager/templates/template-expressions.
 */
export function parseExpression(text: string): Expression {
  const reader = createReader(text.slice(1, -1));
  const expression = readExpression(reader);
  reader.skipSpace();
  if (!reader.isAtEnd()) throw reader.error('something is left over');
  return expression;
}

/** The expression and everything in it. */
export function* partsOf(expression: Expression): Generator<Expression> {
  yield expression;
  if (expression.kind === 'call') for (const given of expression.given) yield* partsOf(given);
  else if (expression.kind === 'property') yield* partsOf(expression.of);
  else if (expression.kind === 'index') {
    yield* partsOf(expression.of);
    yield* partsOf(expression.index);
  }
}

type Reader = ReturnType<typeof createReader>;

function createReader(text: string) {
  let at = 0;
  const reader = {
    isAtEnd: () => at >= text.length,
    skipSpace() {
      while (/\s/.test(text[at] ?? '')) at += 1;
    },
    /** Takes what the pattern, which must be sticky, finds here. */
    take(pattern: RegExp): string | undefined {
      reader.skipSpace();
      pattern.lastIndex = at;
      const found = pattern.exec(text)?.[0];
      if (found !== undefined) at += found.length;
      return found;
    },
    expect(sign: string) {
      reader.skipSpace();
      if (!text.startsWith(sign, at)) throw reader.error(`"${sign}" is missing`);
      at += sign.length;
    },
    has(sign: string): boolean {
      reader.skipSpace();
      if (!text.startsWith(sign, at)) return false;
      at += sign.length;
      return true;
    },
    error: (problem: string) =>
      new SyntaxError(`${problem} at character ${at + 1} of [${text.slice(0, 120)}]`),
  };
  return reader;
}

function readExpression(reader: Reader): Expression {
  let expression = readStart(reader);
  for (;;) {
    if (reader.has('.')) {
      const name = reader.take(/[A-Za-z_]\w*/y);
      if (name === undefined) throw reader.error('a property name is missing');
      expression = { kind: 'property', of: expression, name };
    } else if (reader.has('[')) {
      const index = readExpression(reader);
      reader.expect(']');
      expression = { kind: 'index', of: expression, index };
    } else return expression;
  }
}

function readStart(reader: Reader): Expression {
  const quoted = reader.take(/'(?:[^']|'')*'/y);
  if (quoted !== undefined)
    return { kind: 'literal', value: quoted.slice(1, -1).replaceAll("''", "'") };
  const digits = reader.take(/-?\d+/y);
  if (digits !== undefined) return { kind: 'literal', value: Number(digits) };
  const name = reader.take(/[A-Za-z_]\w*/y);
  if (name === undefined) throw reader.error('a function, a string or a number is missing');
  reader.expect('(');
  const given: Expression[] = [];
  if (!reader.has(')')) {
    do given.push(readExpression(reader));
    while (reader.has(','));
    reader.expect(')');
  }
  return { kind: 'call', name, given };
}
