/** What each chart shows. */
import { formatCount, formatDollars, formatSeconds } from './format.js';

/**
 * `axis` names one on the right. Where a chart shows a figure that alert rules watch, `watched` is its name in the rules, what
 * it is called on the chart, and the axis it is drawn against.
 *
 * @typedef {{ label: string, read: (point: any) => number | null, series: number, stack?: string, axis?: string }} Series
 * @typedef {{ metric: string, label: string, axis?: string }} Watched
 */

const states = ['grounded', 'partly-grounded', 'no-evidence', 'declined', 'degraded'];

/** Names that are there in any point, the ones with most first; beyond four the rest is one. */
function keysOf(points, group) {
  const totals = new Map();
  for (const point of points)
    for (const [key, value] of Object.entries(point.groups[group]))
      totals.set(key, (totals.get(key) ?? 0) + value);
  return [...totals].sort((left, right) => right[1] - left[1]).map(([key]) => key);
}

function byKey(points, group) {
  const keys = keysOf(points, group);
  const shown = keys.slice(0, 4).map((key, index) => ({
    label: key,
    series: index + 1,
    read: (point) => point.groups[group][key] ?? 0,
  }));
  if (keys.length <= 4) return shown;
  const rest = keys.slice(4);
  const read = (point) => rest.reduce((sum, key) => sum + (point.groups[group][key] ?? 0), 0);
  return [...shown, { label: 'others', series: 5, read }];
}

function quantiles(name) {
  return ['p50', 'p95', 'p99'].map((key, index) => ({
    label: key,
    series: [1, 2, 5][index],
    read: (point) => point.latency[name][key],
  }));
}

/** The worse of the requests and the answers that failed, as the alerts have it. */
function failedShare({ counts }) {
  const shares = [
    counts.requestErrors / counts.requests,
    counts.answerFailures / (counts.answers + counts.answerFailures),
  ].filter(Number.isFinite);
  return shares.length === 0 ? null : Math.max(...shares);
}

const perCount = (label, name, series) => ({ label, series, read: ({ counts }) => counts[name] });

/** In the order in which they stand on the page. */
export const definitions = [
  {
    id: 'requests',
    title: 'Requests per minute, and the share that failed',
    type: 'line',
    format: formatCount,
    seriesOf: () => [
      { label: 'requests', series: 1, read: ({ requestsPerMinute }) => requestsPerMinute },
      { label: 'failed', series: 5, axis: 'share', read: failedShare },
    ],
    watched: { metric: 'errorRate', label: 'failed', axis: 'share' },
  },
  {
    id: 'answer-time',
    title: 'Time to the whole answer',
    type: 'line',
    format: formatSeconds,
    seriesOf: () => quantiles('answer'),
    watched: { metric: 'responseTimeP95Seconds', label: 'p95' },
  },
  {
    id: 'first-word',
    title: 'Time to the first word',
    type: 'line',
    format: formatSeconds,
    seriesOf: () => quantiles('firstWord'),
    watched: { metric: 'firstWordP95Seconds', label: 'p95' },
  },
  {
    id: 'tokens',
    title: 'Tokens by model',
    type: 'bar',
    format: formatCount,
    seriesOf: (points) => byKey(points, 'tokensByModel'),
  },
  {
    id: 'cost',
    title: 'Cost by model',
    type: 'bar',
    format: formatDollars,
    least: 0.01,
    seriesOf: (points) => byKey(points, 'costByModel'),
  },
  {
    id: 'states',
    title: 'How answers rest on their sources',
    type: 'bar',
    format: formatCount,
    seriesOf: () =>
      states.map((state, index) => ({
        label: state.replace('-', ' '),
        series: index + 1,
        read: ({ groups }) => groups.answersByState[state] ?? 0,
      })),
  },
  {
    id: 'feedback',
    title: 'Thumbs',
    type: 'bar',
    format: formatCount,
    seriesOf: () => [perCount('up', 'likes', 1), perCount('down', 'dislikes', 5)],
  },
  {
    id: 'reasons',
    title: 'Why thumbs pointed down',
    type: 'bar',
    format: formatCount,
    seriesOf: (points) => byKey(points, 'feedbackByReason'),
  },
  {
    id: 'retrieval',
    title: 'How well searches fit',
    type: 'bar',
    format: formatCount,
    seriesOf: () => [
      perCount('good', 'retrievalGood', 1),
      perCount('weak', 'retrievalWeak', 4),
      perCount('nothing found', 'retrievalNone', 5),
    ],
  },
  {
    id: 'citations',
    title: 'Statements that their source bears out',
    type: 'bar',
    format: formatCount,
    seriesOf: () => [perCount('borne out', 'citations', 1), perCount('not', 'citationsDropped', 5)],
  },
  {
    id: 'channels',
    title: 'Turns by channel',
    type: 'bar',
    format: formatCount,
    seriesOf: (points) => byKey(points, 'turnsByChannel'),
  },
  {
    id: 'queue',
    title: 'Turns under way, and the longest wait',
    type: 'line',
    format: formatCount,
    seriesOf: () => [
      { label: 'turns', series: 1, read: ({ gauges }) => gauges.queueDepth },
      {
        label: 'longest wait',
        series: 2,
        axis: 'seconds',
        read: ({ gauges }) => gauges.queueAgeSeconds,
      },
    ],
    watched: { metric: 'queueAgeSeconds', label: 'longest wait', axis: 'seconds' },
  },
];
