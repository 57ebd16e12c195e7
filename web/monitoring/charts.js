/** The charts: what each shows, and how it is drawn. Every chart has its figures as a table too. */
import {
  element,
  formatCount,
  formatDollars,
  formatSeconds,
  formatTime,
  scrolling,
} from './format.js';

/** @typedef {{ label: string, read: (point: any) => number | null, series: number, stack?: string, axis?: string }} Series */

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

const perCount = (label, name, series) => ({ label, series, read: ({ counts }) => counts[name] });

/** In the order in which they stand on the page. */
const definitions = [
  {
    id: 'requests',
    title: 'Requests per minute',
    type: 'line',
    format: formatCount,
    seriesOf: () => [
      { label: 'requests', series: 1, read: ({ requestsPerMinute }) => requestsPerMinute },
      {
        label: 'failed',
        series: 5,
        read: ({ counts, seconds }) => (seconds === 0 ? 0 : (counts.requestErrors / seconds) * 60),
      },
    ],
  },
  {
    id: 'answer-time',
    title: 'Time to the whole answer',
    type: 'line',
    format: formatSeconds,
    seriesOf: () => quantiles('answer'),
  },
  {
    id: 'first-word',
    title: 'Time to the first word',
    type: 'line',
    format: formatSeconds,
    seriesOf: () => quantiles('firstWord'),
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
    id: 'queue',
    title: 'Turns under way, and the longest wait',
    type: 'line',
    format: formatCount,
    seriesOf: () => [
      { label: 'turns', series: 1, read: ({ gauges }) => gauges.queueDepth },
      { label: 'wait in seconds', series: 2, read: ({ gauges }) => gauges.queueAgeSeconds },
    ],
  },
];

const dashes = [[], [6, 3], [2, 2], [8, 3, 2, 3], [1, 3]];

/**
 * Puts the charts on the page; `update` draws the points, oldest first.
 *
 * @param {HTMLElement} place
 */
export function createCharts(place) {
  const parts = definitions.map((definition) => createChart(place, definition));
  return {
    update(points, withSeconds) {
      for (const part of parts) part.update(points, withSeconds);
    },
    /** After the colours have changed. */
    recolour() {
      for (const part of parts) part.recolour();
    },
  };
}

function createChart(place, { id, title, type, format, least = 1, seriesOf }) {
  const canvas = element('canvas', { role: 'img', id: `chart-${id}` });
  const now = element('p', { class: 'now' });
  const table = element('table');
  const details = element(
    'details',
    {},
    element('summary', { 'aria-label': `${title} as a table` }, 'As a table'),
    scrolling(title, table),
  );
  place.append(
    element(
      'article',
      { class: 'chart' },
      element('h3', {}, title),
      now,
      element('div', { class: 'canvas' }, canvas),
      details,
    ),
  );
  let shown = { points: [], series: [], withSeconds: true };
  const chart = new Chart(canvas, {
    type,
    data: { labels: [], datasets: [] },
    options: optionsFor(type, format, least),
  });
  const fillTable = () => {
    if (details.open) fill(table, shown, format);
  };
  details.addEventListener('toggle', fillTable);
  const draw = () => {
    const { points, series, withSeconds } = shown;
    chart.data.labels = points.map(({ slot }) => formatTime(slot, withSeconds));
    chart.data.datasets = series.map((one, index) => datasetOf(one, points, { type, index }));
    colourAxes(chart);
    chart.update('none');
  };
  return {
    update(points, withSeconds) {
      shown = { points, series: seriesOf(points), withSeconds };
      draw();
      const summary = summaryOf(shown, format);
      now.textContent = summary;
      canvas.setAttribute('aria-label', `${title}. ${summary}`);
      fillTable();
    },
    recolour: draw,
  };
}

function optionsFor(type, format, least) {
  const isStacked = type === 'bar';
  return {
    animation: false,
    responsive: true,
    maintainAspectRatio: false,
    interaction: { mode: 'index', intersect: false },
    plugins: {
      legend: {
        position: 'bottom',
        align: 'start',
        labels: { boxWidth: 16, boxHeight: isStacked ? 8 : 2, font: { size: 12 }, padding: 10 },
      },
      tooltip: {
        callbacks: {
          label: ({ dataset, parsed }) => `${dataset.label}: ${format(parsed.y)}`,
        },
      },
    },
    scales: {
      x: {
        stacked: isStacked,
        grid: { display: false },
        ticks: { maxTicksLimit: 5, maxRotation: 0, font: { size: 11 } },
      },
      y: {
        stacked: isStacked,
        beginAtZero: true,
        border: { display: false },
        ticks: { maxTicksLimit: 5, font: { size: 11 }, callback: (value) => format(value) },
        suggestedMax: least,
      },
    },
  };
}

function datasetOf({ label, read, series }, points, { type, index }) {
  const colour = colourOf(`--series-${series}`);
  return {
    label,
    data: points.map(read),
    borderColor: colour,
    backgroundColor: colour,
    ...(type === 'line' && {
      borderWidth: 2,
      // Told apart without colour too.
      borderDash: dashes[index],
      pointRadius: points.length <= 20 ? 2 : 0,
      tension: 0.2,
      spanGaps: true,
    }),
    ...(type === 'bar' && {
      borderWidth: 0,
      maxBarThickness: 24,
      barPercentage: 1,
      categoryPercentage: 0.8,
    }),
  };
}

function colourAxes(chart) {
  const [ink, line] = [colourOf('--ink-soft'), colourOf('--line')];
  chart.options.plugins.legend.labels.color = ink;
  for (const scale of Object.values(chart.options.scales)) {
    scale.ticks.color = ink;
    scale.grid.color = line;
  }
}

function colourOf(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** The newest figures in words. */
function summaryOf({ points, series }, format) {
  const last = points.at(-1);
  if (last === undefined) return 'No figures yet.';
  if (series.length === 0) return 'Nothing so far.';
  // Where nobody asked in the newest stretch, the one before says more.
  const newest = (read) => points.map(read).findLast((value) => value !== null) ?? null;
  return series.map(({ label, read }) => `${label} ${format(newest(read))}`).join(' · ');
}

const rowsShown = 20;

function fill(table, { points, series, withSeconds }, format) {
  const head = element('tr', {}, element('th', { scope: 'col' }, 'Time'));
  for (const { label } of series) head.append(element('th', { scope: 'col' }, label));
  const rows = points.slice(-rowsShown).reverse();
  table.replaceChildren(
    element('thead', {}, head),
    element(
      'tbody',
      {},
      ...rows.map((point) =>
        element(
          'tr',
          {},
          element('td', {}, formatTime(point.slot, withSeconds)),
          ...series.map(({ read }) => element('td', {}, format(read(point)))),
        ),
      ),
    ),
  );
}
