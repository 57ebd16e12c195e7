import { DataPointType, type MetricData, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { metricNames } from './instruments.ts';
import { circuitStates, gaugeNames } from './observe-process.ts';
import {
  type CountName,
  countNames,
  type Gauges,
  type GroupName,
  type LatencyName,
  latencyBoundsSeconds,
} from './port.ts';

/** All that was counted since the start, as the dashboard groups it. */
export interface Totals {
  readonly counts: Record<CountName, number>;
  readonly groups: Record<GroupName, Record<string, number>>;
  readonly latency: Record<LatencyName, number[]>;
}

type Labels = Readonly<Record<string, unknown>>;
type OnNumber = (totals: Totals, labels: Labels, value: number) => void;
type OnBuckets = (totals: Totals, counts: readonly number[], labels: Labels) => void;

/** Nothing counted yet. */
export function emptyTotals(): Totals {
  return {
    counts: Object.fromEntries(countNames.map((name) => [name, 0])) as Record<CountName, number>,
    groups: {
      tokensByModel: {},
      costByModel: {},
      answersByState: {},
      feedbackByReason: {},
      turnsByChannel: {},
    },
    latency: { request: noBuckets(), answer: noBuckets(), firstWord: noBuckets() },
  };
}

function noBuckets(): number[] {
  return Array.from({ length: latencyBoundsSeconds.length + 1 }, () => 0);
}

function addTo(group: Record<string, number>, key: unknown, value: number): void {
  const name = String(key);
  group[name] = (group[name] ?? 0) + value;
}

/** Probes and this dashboard are nobody's requests. */
const uncounted = /^\/(?:health|metrics|monitoring)/;

const onNumber: Readonly<Record<string, OnNumber>> = {
  [metricNames.requests]({ counts }, { endpoint, status_code: status }, value) {
    if (uncounted.test(String(endpoint))) return;
    counts.requests += value;
    if (String(status).startsWith('5')) counts.requestErrors += value;
  },
  [metricNames.turns]({ counts, groups }, { channel, outcome }, value) {
    counts.turns += value;
    addTo(groups.turnsByChannel, channel, value);
    if (outcome === 'failed') counts.answerFailures += value;
  },
  [metricNames.answers]({ counts, groups }, { state }, value) {
    counts.answers += value;
    addTo(groups.answersByState, state, value);
  },
  [metricNames.answerFailures]: ({ counts }, _labels, value) => {
    counts.answerFailures += value;
  },
  [metricNames.citations]({ counts }, { outcome }, value) {
    counts[outcome === 'verified' ? 'citations' : 'citationsDropped'] += value;
  },
  [metricNames.retrievals]({ counts }, { quality }, value) {
    if (quality === 'good') counts.retrievalGood += value;
    else if (quality === 'weak') counts.retrievalWeak += value;
    else counts.retrievalNone += value;
  },
  [metricNames.cacheLookups]({ counts }, { outcome }, value) {
    counts[outcome === 'hit' ? 'cacheHits' : 'cacheMisses'] += value;
  },
  [metricNames.feedback]({ counts, groups }, { reaction, reason }, value) {
    counts[reaction === 'like' ? 'likes' : 'dislikes'] += value;
    if (reaction !== 'like') addTo(groups.feedbackByReason, reason, value);
  },
  [metricNames.onboarding]({ counts }, { step }, value) {
    counts[step === 'begun' ? 'onboardingsBegun' : 'onboardingsCompleted'] += value;
  },
  [metricNames.tokens]: ({ groups }, { model }, value) => addTo(groups.tokensByModel, model, value),
  [metricNames.cost]({ counts, groups }, { model }, value) {
    counts.costUsd += value;
    addTo(groups.costByModel, model, value);
  },
  [gaugeNames.dropped]: ({ counts }, _labels, value) => {
    counts.telemetryDropped += value;
  },
};

const onBuckets: Readonly<Record<string, OnBuckets>> = {
  [metricNames.requestDuration]({ latency }, counts, { endpoint }) {
    if (!uncounted.test(String(endpoint))) addBuckets(latency.request, counts);
  },
  [metricNames.responseTime]: ({ latency }, counts) => addBuckets(latency.answer, counts),
  [metricNames.firstWord]: ({ latency }, counts) => addBuckets(latency.firstWord, counts),
};

function addBuckets(to: number[], counts: readonly number[]): void {
  for (const [index, count] of counts.entries()) to[index] = (to[index] ?? 0) + count;
}

/** Sums the series up into what the dashboard shows. */
export function readTotals({ scopeMetrics }: ResourceMetrics): Totals {
  const totals = emptyTotals();
  for (const metric of scopeMetrics.flatMap(({ metrics }) => metrics)) addMetric(totals, metric);
  return totals;
}

function addMetric(totals: Totals, metric: MetricData): void {
  const { name } = metric.descriptor;
  if (metric.dataPointType === DataPointType.HISTOGRAM)
    for (const { attributes, value } of metric.dataPoints)
      onBuckets[name]?.(totals, value.buckets.counts, attributes);
  else if (metric.dataPointType !== DataPointType.EXPONENTIAL_HISTOGRAM)
    for (const { attributes, value } of metric.dataPoints)
      onNumber[name]?.(totals, attributes, value);
}

/** How things stand by the gauges. */
export function readGauges({ scopeMetrics }: ResourceMetrics): Gauges {
  const values = new Map<string, number>();
  const circuits: Record<string, string> = {};
  for (const metric of scopeMetrics.flatMap(({ metrics }) => metrics)) {
    if (metric.dataPointType !== DataPointType.GAUGE) continue;
    for (const { attributes, value } of metric.dataPoints) {
      if (metric.descriptor.name === gaugeNames.circuit)
        circuits[String(attributes['circuit'])] = circuitStates[value] ?? 'closed';
      else values.set(metric.descriptor.name, value);
    }
  }
  const read = (name: string) => values.get(name) ?? 0;
  return {
    queueDepth: read(gaugeNames.queueDepth),
    queueAgeSeconds: read(gaugeNames.queueAge),
    activeConversations: read(gaugeNames.activeConversations),
    activePeople: read(gaugeNames.activePeople),
    waitingWrites: read(gaugeNames.waitingWrites),
    isReady: read(gaugeNames.ready) === 1,
    residentBytes: read(gaugeNames.resident),
    eventLoopDelayMs: Math.round(read(gaugeNames.loopDelay) * 1_000),
    circuits,
  };
}
