import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { expandDeployment } from '#deploymentTemplates/arm/deployment.ts';
import { type AlertRule, readAlertRules } from '#services/telemetry/alert-rules.ts';
import { createInstruments } from '#services/telemetry/instruments.ts';
import { InProcessMetricReader } from '#services/telemetry/metric-reader.ts';
import { observeProcess } from '#services/telemetry/observe-process.ts';

const modules = join(import.meta.dirname, '../../deploymentTemplates/modules');
const read = (path: string) => JSON.parse(readFileSync(path, 'utf8'));

interface AzureRule {
  readonly name: string;
  readonly title: string;
  readonly severity: number;
  readonly query: string;
  readonly threshold: number | string;
  readonly operator: string;
  readonly frequency: string;
  readonly window: string;
  readonly failing: number;
}

const { variables } = read(join(modules, 'alerts.json'));
const azureRules: readonly AzureRule[] = variables.queries;
const charts: readonly { content: { query?: string } }[] = read(join(modules, 'workbook.json'))
  .variables.workbook.items;
const queries = [
  ...azureRules.map(({ query }) => query),
  ...charts.flatMap(({ content }) => content.query ?? []),
];

const seconds = { M: 60, H: 3_600, D: 86_400 } as const;

function secondsOf(duration: string): number {
  const [, count, unit] = /^PT?(\d+)([MHD])$/.exec(duration) ?? [];
  return Number(count) * seconds[unit as keyof typeof seconds];
}

/** Records are up to some minutes late: a shorter window would often be empty. */
const leastWindowSeconds = 300;
const severities = { critical: 1, warning: 2, information: 3 } as const;
/** Templates have no fractions: shares are percent there. */
const scaleOf = ({ metric }: AlertRule) =>
  metric === 'errorRate' || metric === 'thumbsDownShare' ? 100 : 1;

/** Every series with the labels it has, once each instrument was used. */
async function emitted(): Promise<Map<string, Set<string>>> {
  const reader = new InProcessMetricReader();
  const meter = new MeterProvider({ readers: [reader] }).getMeter('test');
  const instruments = createInstruments(meter);
  const watched = observeProcess(meter, {
    queue: () => ({ depth: 0, oldestSeconds: 0 }),
    active: () => ({ conversations: 0, people: 0 }),
    waitingWrites: () => 0,
    isReady: () => true,
    circuits: () => [{ name: 'model', state: () => 'closed' }],
    droppedTelemetry: () => 0,
  });
  instruments.recordAnswer({
    model: 'gpt-4o',
    state: 'grounded',
    writtenBy: 'model',
    seconds: 1,
    supported: 1,
    dropped: 1,
  });
  instruments.recordFeedback('dislike', 'none');
  instruments.recordModelCall(
    { operation: 'chat', provider: 'openai', model: 'gpt-4o', seconds: 1, promptTokens: 1 },
    'anonymous',
    0.1,
  );
  const { scopeMetrics } = await reader.read();
  watched.stop();
  return new Map(
    scopeMetrics
      .flatMap(({ metrics }) => metrics)
      .map(({ descriptor, dataPoints }) => [
        descriptor.name,
        new Set(dataPoints.flatMap(({ attributes }) => Object.keys(attributes))),
      ]),
  );
}

describe('the alerts of Azure Monitor', () => {
  for (const rule of readAlertRules())
    it(`have the rule ${rule.rule} as the program has it`, () => {
      const azure = azureRules.find(({ name }) => name === rule.rule);
      assert.ok(azure, 'there is one of that name');
      assert.equal(azure.operator, rule.comparison === 'above' ? 'GreaterThan' : 'LessThan');
      assert.equal(azure.severity, severities[rule.severity]);
      if (rule.rule === 'cost') assert.equal(azure.threshold, "[parameters('costPerHour')]");
      else {
        assert.equal(azure.threshold, Math.round(rule.threshold * scaleOf(rule)));
        assert.equal(azure.title, rule.title);
      }
      const frequency = secondsOf(azure.frequency);
      assert.equal(frequency * azure.failing, Math.max(rule.forSeconds, frequency));
      assert.equal(secondsOf(azure.window), Math.max(rule.windowSeconds, leastWindowSeconds));
      const least = Number(/>= (\d+)/.exec(azure.query)?.[1] ?? 1);
      if (rule.leastSamples > 1) assert.equal(least, rule.leastSamples);
    });

  it('ask for series and labels that the program has', async () => {
    const series = await emitted();
    const asked = queries.filter((query) => query.startsWith('AppMetrics'));
    assert.ok(asked.length >= 6);
    for (const query of asked) {
      const name = /Name == '([^']+)'/.exec(query)?.[1] ?? '';
      const labels = series.get(name);
      assert.ok(labels, `${name} is sent: ${query}`);
      for (const [, label = ''] of query.matchAll(/Properties\.(\w+)/g))
        assert.ok(labels.has(label), `${name} has the label ${label}`);
    }
  });

  it('sum up no series that only ever grows: its figures are sent as totals', async () => {
    const totals = queries.filter((query) => query.includes('ai_cost_estimate_usd'));
    assert.ok(totals.length >= 2);
    for (const query of totals) assert.doesNotMatch(query, /sum\(Sum\)/);
  });

  it('ask for spans and attributes by the names that the program gives them', () => {
    const source = readFileSync(
      join(import.meta.dirname, '../../composition/observe-answers.ts'),
      'utf8',
    );
    for (const query of queries.filter((text) => text.startsWith('AppDependencies'))) {
      for (const [, name] of query.matchAll(/Name == '([^']+)'/g))
        assert.ok(source.includes(`'${name}'`), name);
      for (const [, attribute] of query.matchAll(/Properties\['([^']+)'\]/g))
        assert.ok(source.includes(`'${attribute}'`), attribute);
    }
  });

  it('are all there in prod and where nothing is said, and in dev those that say that it fails or costs too much', () => {
    const made = (...[size, given]: Parameters<typeof expandDeployment>) =>
      expandDeployment(size, given)
        .resources.filter(({ type }) => type === 'Microsoft.Insights/scheduledQueryRules')
        .map(({ name }) => name.replace(`mentor-${size}-`, ''))
        .toSorted();
    const all = azureRules.map(({ name }) => name).toSorted();
    assert.equal(all.length, 12);
    assert.deepEqual(made('prod'), all);
    assert.deepEqual(made('dev', { alertRules: 'all' }), all);
    assert.deepEqual(made('dev'), ['cost', 'crashes', 'error-rate', 'not-ready']);
    assert.equal(read(join(modules, 'main.json')).parameters.alertRules.defaultValue, 'all');
  });

  it('look at nothing that is not sent: there is no address of a request, and no target of a call', () => {
    for (const query of queries) assert.doesNotMatch(query, /\b(?:Url|Target)\b/);
  });
});
