export interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const nameShape = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const comment = new RegExp(`^# (HELP|TYPE|UNIT) (${nameShape}) (.*)$`);
const sample = new RegExp(
  `^(${nameShape})(?:\\{(.*)\\})? (NaN|[+-]?Inf|[-+]?[0-9.]+(?:e[-+]?[0-9]+)?)$`,
);
const label = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/;

/**
 * Reads Prometheus' text format by its grammar, and throws for whatever does not fit: an unknown line, a series before its
 * type or of another family, one that comes twice, a histogram whose buckets fall or do not end with all.
 * https://github.com/prometheus/docs/blob/main/docs/instrumenting/exposition_formats.md
 */
export function readPrometheus(text: string): Series[] {
  if (!text.endsWith('\n')) throw new Error('the last line does not end');
  const lines = text.split('\n').filter((line) => line !== '');
  const types = new Map<string, string>();
  const all = new Map<string, Series>();
  for (const line of lines) {
    const [, keyword, family = '', rest = ''] = comment.exec(line) ?? [];
    if (keyword === undefined) addSeries(line, types, all);
    else if (keyword === 'TYPE') addType(family, rest, types);
  }
  const series = [...all.values()];
  for (const [family, type] of types) if (type === 'histogram') checkHistogram(family, series);
  return series;
}

function addType(family: string, type: string, types: Map<string, string>): void {
  if (types.has(family)) throw new Error(`${family} has two types`);
  types.set(family, type);
}

function addSeries(
  line: string,
  types: ReadonlyMap<string, string>,
  all: Map<string, Series>,
): void {
  const [, name, given = '', value] = sample.exec(line) ?? [];
  if (name === undefined || value === undefined) throw new Error(`not a line: ${line}`);
  const key = `${name}{${given}}`;
  if (all.has(key)) throw new Error(`twice: ${key}`);
  const base = name.replace(/_(?:bucket|sum|count)$/, '');
  if (!types.has(name) && types.get(base) !== 'histogram')
    throw new Error(`without a type: ${name}`);
  all.set(key, {
    name,
    labels: readLabels(given),
    value: Number(value.replace('Inf', 'Infinity')),
  });
}

function readLabels(given: string): Record<string, string> {
  const labels: Record<string, string> = {};
  let rest = given;
  while (rest !== '') {
    const [whole, name, value] = label.exec(rest) ?? [];
    if (whole === undefined || name === undefined || value === undefined)
      throw new Error(`not a label: ${rest}`);
    if (name in labels) throw new Error(`a label twice: ${name}`);
    labels[name] = value.replaceAll(/\\(.)/g, (_, escaped) => (escaped === 'n' ? '\n' : escaped));
    rest = rest.slice(whole.length);
  }
  return labels;
}

function checkHistogram(family: string, all: readonly Series[]): void {
  const keyOf = ({ le: _, ...labels }: Readonly<Record<string, string>>) => JSON.stringify(labels);
  const buckets = Map.groupBy(
    all.filter(({ name }) => name === `${family}_bucket`),
    ({ labels }) => keyOf(labels),
  );
  for (const [key, series] of buckets) {
    const last = series.at(-1);
    const count = all.find(
      ({ name, labels }) => name === `${family}_count` && keyOf(labels) === key,
    );
    if (last?.labels['le'] !== '+Inf' || last.value !== count?.value)
      throw new Error(`${family} does not end with all: ${key}`);
    for (const [index, { value }] of series.entries())
      if (value < (series[index - 1]?.value ?? 0)) throw new Error(`${family} falls: ${key}`);
  }
}
