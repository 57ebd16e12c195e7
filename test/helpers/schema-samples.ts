type Schema = Readonly<Record<string, unknown>>;

const awkwardValues: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1e308,
  0.1,
  '',
  ' ',
  'a'.repeat(5_000),
  '\u0000',
  '\ud800',
  '../../etc/passwd',
  "' OR 1=1 --",
  '{{7*7}}',
  '<img src=x onerror=alert(1)>',
  '2026-13-45T99:99:99Z',
  [],
  {},
  [[[[[[]]]]]],
  { length: 5 },
  { __proto__: null, constructor: { prototype: { polluted: true } } },
  Array.from({ length: 200 }, () => 'x'),
];
const words = ['learn', 'career', 'data', 'RAG', 'salary', 'junior', 'Straße', '学习', '👩🏽‍💻'];

/** Makes values that fit a schema of an OpenAPI document, and values that nearly do. */
export function createSampler(random: () => number, components: Readonly<Record<string, Schema>>) {
  const pick = <Item>(items: readonly Item[]): Item =>
    items[Math.floor(random() * items.length)] as Item;
  const between = (least: number, most: number) =>
    least + Math.floor(random() * (most - least + 1));

  const makers: Readonly<Record<string, (schema: Schema) => unknown>> = {
    boolean: () => random() < 0.5,
    null: () => null,
    integer: ({ minimum = 0, maximum = 100 }) => between(Number(minimum), Number(maximum)),
    number: ({ minimum = 0, maximum = 1 }) =>
      Number(minimum) + random() * (Number(maximum) - Number(minimum)),
    string: ({ pattern }) =>
      pattern === undefined
        ? Array.from({ length: between(1, 6) }, () => pick(words)).join(' ')
        : `id-${between(0, 50)}`,
    array: ({ items = {} }) => Array.from({ length: between(0, 3) }, () => sample(items as Schema)),
    object: ({ properties = {}, required = [] }) =>
      Object.fromEntries(
        Object.entries(properties as Record<string, Schema>)
          .filter(([name]) => (required as string[]).includes(name) || random() < 0.6)
          .map(([name, property]) => [name, sample(property)]),
      ),
  };

  const sample = (schema: Schema): unknown => {
    const { $ref, type } = schema;
    if (typeof $ref === 'string') return sample(components[$ref.split('/').at(-1) ?? ''] ?? {});
    if ('const' in schema) return schema['const'];
    if (Array.isArray(schema['enum'])) return pick(schema['enum']);
    const choices = schema['anyOf'] ?? schema['oneOf'];
    if (Array.isArray(choices)) return sample(pick(choices as Schema[]));
    const maker = makers[String(Array.isArray(type) ? pick(type) : type)];
    return maker?.(schema) ?? null;
  };

  /** Changes one thing somewhere in the value. */
  const spoil = (value: unknown): unknown => {
    if (random() < 0.3 || typeof value !== 'object' || value === null) return pick(awkwardValues);
    if (Array.isArray(value)) return [...value, pick(awkwardValues)];
    const names = Object.keys(value);
    const name = names.length === 0 || random() < 0.15 ? '__proto__' : pick(names);
    const spoiled = { ...value } as Record<string, unknown>;
    if (random() < 0.2) delete spoiled[name];
    else
      Object.defineProperty(spoiled, name, {
        value: spoil(spoiled[name]),
        enumerable: true,
        configurable: true,
      });
    return spoiled;
  };

  return { pick, between, sample, spoil, awkward: () => pick(awkwardValues) };
}
