/** The figures in words: tiles, health and the weeks. */
import {
  element,
  formatBytes,
  formatCount,
  formatDollars,
  formatSeconds,
  formatShare,
  scrolling,
} from './format.js';
import { isBeyondLimit } from './limits.js';

const sum = (points, read) => points.reduce((total, point) => total + read(point), 0);
const share = (part, whole) => (whole === 0 ? null : part / whole);
const newest = (points, read) => points.map(read).findLast((value) => value !== null) ?? null;

/**
 * Shows what matters most: how things are now, and what came together over the points that are given.
 *
 * @param {HTMLElement} place @param {any[]} points
 * @param {{ span: string, limits: readonly import('./limits.js').Limit[] }} options
 *   `span` is the time that the points stand for, in words
 */
export function showTiles(place, points, { span, limits }) {
  const last = points.at(-1);
  const answers = sum(points, ({ counts }) => counts.answers);
  const failures = sum(points, ({ counts }) => counts.answerFailures);
  const requests = sum(points, ({ counts }) => counts.requests);
  const requestErrors = sum(points, ({ counts }) => counts.requestErrors);
  const failed = Math.max(
    share(failures, answers + failures) ?? 0,
    share(requestErrors, requests) ?? 0,
  );
  const likes = sum(points, ({ counts }) => counts.likes);
  const dislikes = sum(points, ({ counts }) => counts.dislikes);
  const grounded = sum(points, ({ groups }) => groups.answersByState.grounded ?? 0);
  // A greeting, or what the mentor does not talk about, rests on nothing and need not.
  const declined = sum(points, ({ groups }) => groups.answersByState.declined ?? 0);
  const firstWord = newest(points, ({ latency }) => latency.firstWord.p95);
  const answer = newest(points, ({ latency }) => latency.answer.p95);
  const toneOf = (metric, value) => (isBeyondLimit(limits, metric, value) ? 'bad' : '');
  const tiles = [
    ['Requests a minute', formatCount(last?.requestsPerMinute), 'now'],
    ['First word, p95', formatSeconds(firstWord), 'now', toneOf('firstWordP95Seconds', firstWord)],
    ['Whole answer, p95', formatSeconds(answer), 'now', toneOf('responseTimeP95Seconds', answer)],
    [
      'Failed',
      last === undefined ? '–' : formatShare(failed),
      span,
      toneOf('errorRate', last === undefined ? null : failed),
    ],
    ['Grounded answers', formatShare(share(grounded, answers - declined)), span],
    ['Thumbs up', formatShare(share(likes, likes + dislikes)), span],
    [
      'Cost',
      last === undefined ? '–' : formatDollars(sum(points, ({ counts }) => counts.costUsd)),
      span,
    ],
    ['People active', formatCount(last?.gauges.activePeople), 'within 15 minutes'],
  ];
  place.replaceChildren(
    ...tiles.map(([name, value, when, tone = '']) =>
      element(
        'div',
        { class: 'tile', 'data-tone': tone },
        element('dt', {}, name),
        element('dd', {}, value, element('small', {}, when)),
      ),
    ),
  );
}

/** @param {HTMLElement} place @param {any} point */
export function showHealth(place, point) {
  if (point === undefined)
    return place.replaceChildren(
      element('dt', {}, 'Figures'),
      element('dd', {}, 'come within seconds'),
    );
  const { gauges, counts } = point;
  const facts = [
    ['Serving people', gauges.isReady ? 'yes' : 'no', gauges.isReady ? '' : 'bad'],
    ...Object.entries(gauges.circuits).map(([name, state]) => [
      `Circuit ${name}`,
      state,
      state === 'open' ? 'bad' : '',
    ]),
    ['Conversations active', formatCount(gauges.activeConversations)],
    ['Turns under way', formatCount(gauges.queueDepth)],
    [
      'Writes that wait for their store',
      formatCount(gauges.waitingWrites),
      gauges.waitingWrites > 0 ? 'bad' : '',
    ],
    ['Cache hits', formatShare(share(counts.cacheHits, counts.cacheHits + counts.cacheMisses))],
    ['Memory', formatBytes(gauges.residentBytes)],
    ['Event loop delay, p99', formatSeconds(gauges.eventLoopDelayMs / 1_000)],
  ];
  place.replaceChildren(
    ...facts.flatMap(([name, value, tone = '']) => [
      element('dt', {}, name),
      element('dd', { 'data-tone': tone }, value),
    ]),
  );
}

const weekColumns = [
  ['Week from', ({ week }) => week],
  ['Questions', ({ questions }) => formatCount(questions)],
  ['Grounded', ({ groundedShare }) => formatShare(groundedShare)],
  ['No evidence', ({ noEvidenceShare }) => formatShare(noEvidenceShare)],
  ['Failed', ({ failedShare }) => formatShare(failedShare)],
  ['Sources confirmed', ({ citationsVerifiedShare }) => formatShare(citationsVerifiedShare)],
  ['Searches that fit', ({ retrievalGoodShare }) => formatShare(retrievalGoodShare)],
  ['Thumbs up / down', ({ thumbsUp, thumbsDown }) => `${thumbsUp} / ${thumbsDown}`],
  ['First word, p95', ({ firstWordP95Seconds }) => formatSeconds(firstWordP95Seconds)],
  ['Cost', ({ costUsd }) => formatDollars(costUsd)],
];

/** @param {HTMLElement} place @param {any[]} weeks */
export function showWeeks(place, weeks) {
  const head = element(
    'tr',
    {},
    ...weekColumns.map(([name]) => element('th', { scope: 'col' }, name)),
  );
  const rows = weeks.map((week) =>
    element('tr', {}, ...weekColumns.map(([, read]) => element('td', {}, read(week)))),
  );
  const none = element(
    'tr',
    {},
    element(
      'td',
      { colspan: String(weekColumns.length) },
      'The first figures come after five minutes.',
    ),
  );
  const body = element('tbody', {}, ...(rows.length === 0 ? [none] : rows));
  const table = element('table', {}, element('thead', {}, head), body);
  place.replaceChildren(scrolling('Quality by week', table));
}
