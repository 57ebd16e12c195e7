/** How charts are drawn. Every chart has its figures as a table too. */
import { definitions } from './chart-definitions.js';
import { element, formatSeconds, formatShare, formatTime, scrolling } from './format.js';
import { createLimitLines, describeLimits } from './limits.js';

const dashes = [[], [6, 3], [2, 2], [8, 3, 2, 3], [1, 3]];

/** How each range is drawn: what one slot is, and how far apart the times below the chart are. */
const ranges = {
  live: { slot: '10 s', everyMs: 60_000, withSeconds: true },
  hour: { slot: 'minute', everyMs: 900_000, withSeconds: false },
  day: { slot: '15 min', everyMs: 14_400_000, withSeconds: false },
};

/** What can be drawn against an axis of its own on the right. */
const rightAxes = {
  seconds: { format: formatSeconds, least: 1 },
  share: { format: formatShare, least: 0.05 },
};

/** How much room a limit leaves above itself, for its label. */
const roomAboveLimit = 1.2;

/**
 * Puts the charts on the page; `update` draws the points of a range, oldest first, and the limits that alerts watch.
 *
 * @param {HTMLElement} place
 */
export function createCharts(place) {
  const parts = definitions.map((definition) => createChart(place, definition));
  return {
    /**
     * @param {any[]} points @param {'live' | 'hour' | 'day'} range
     * @param {readonly import('./limits.js').Limit[]} limits
     */
    update(points, range, limits) {
      for (const part of parts) part.update(points, ranges[range], limits);
    },
    /** After the colours have changed. */
    recolour() {
      for (const part of parts) part.recolour();
    },
  };
}

function createChart(place, { id, title, type, format, least = 1, seriesOf, watched }) {
  const canvas = element('canvas', { role: 'img', id: `chart-${id}` });
  const unit = element('span', { class: 'unit' });
  const now = element('p', { class: 'now' });
  const table = element('table');
  const alertsNote = element('p', { class: 'soft' });
  const details = element(
    'details',
    {},
    element('summary', { 'aria-label': `${title} as a table` }, 'As a table'),
    alertsNote,
    scrolling(title, table),
  );
  place.append(
    element(
      'article',
      { class: 'chart' },
      element('h3', {}, `${title} `, unit),
      now,
      element('div', { class: 'canvas' }, canvas),
      details,
    ),
  );
  const { label, axis = 'y' } = watched ?? {};
  const formatLimit = formatOf(axis, format);
  let shown = { points: [], series: [], range: ranges.live, limits: [] };
  const chart = new Chart(canvas, {
    type,
    data: { labels: [], datasets: [] },
    options: optionsFor({ type, format, least }, () => shown),
    plugins: [
      createLimitLines(
        () => ({ limits: shown.limits, label, axis, format: formatLimit }),
        colourOf,
      ),
    ],
  });
  const fillTable = () => {
    if (details.open) fill(table, shown, format);
  };
  details.addEventListener('toggle', fillTable);
  const draw = () => {
    const { points, series, range, limits } = shown;
    chart.data.labels = points.map(({ slot }) => formatTime(slot, range.withSeconds));
    for (const name of Object.keys(rightAxes))
      chart.options.scales[name].display = series.some((one) => one.axis === name);
    // The nearest limit is always in sight: how far away it is says how things stand.
    const nearest = Math.min(...limits.map(({ threshold }) => threshold));
    if (limits.length > 0)
      chart.options.scales[axis].suggestedMax = Math.max(
        rightAxes[axis]?.least ?? least,
        nearest * roomAboveLimit,
      );
    chart.data.datasets = series.map((one, index) => datasetOf(one, points, { type, index }));
    colourAxes(chart);
    chart.update('none');
  };
  return {
    update(points, range, allLimits) {
      const limits = allLimits
        .filter(({ metric }) => metric === watched?.metric)
        .toSorted((left, right) => left.threshold - right.threshold);
      shown = { points, series: seriesOf(points), range, limits };
      draw();
      unit.textContent = type === 'bar' ? `per ${range.slot}` : '';
      const summary = type === 'bar' ? totalsOf(shown, format) : newestOf(shown, format);
      now.textContent = summary;
      alertsNote.textContent = describeLimits(limits, label, formatLimit);
      const words = [title, summary.replace(/\.$/, ''), alertsNote.textContent];
      canvas.setAttribute('aria-label', words.join('. ').trim());
      fillTable();
    },
    recolour: draw,
  };
}

/** @param {() => { points: any[], range: { everyMs: number } }} read what is shown just now */
function optionsFor({ type, format, least }, read) {
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
          label: ({ dataset, parsed }) =>
            `${dataset.label}: ${formatOf(dataset.yAxisID, format)(parsed.y)}`,
        },
      },
    },
    scales: {
      x: {
        stacked: isStacked,
        grid: { display: false },
        ticks: {
          autoSkip: false,
          maxRotation: 0,
          font: { size: 11 },
          callback: (_value, index) => timeBelow(read(), index),
        },
      },
      y: {
        stacked: isStacked,
        beginAtZero: true,
        border: { display: false },
        ticks: { maxTicksLimit: 5, font: { size: 11 }, callback: (value) => format(value) },
        suggestedMax: least,
      },
      ...Object.fromEntries(
        Object.entries(rightAxes).map(([name, axis]) => [name, rightScale(axis)]),
      ),
    },
  };
}

function rightScale({ format, least }) {
  return {
    display: false,
    position: 'right',
    beginAtZero: true,
    border: { display: false },
    grid: { drawOnChartArea: false },
    ticks: { maxTicksLimit: 5, font: { size: 11 }, callback: (value) => format(value) },
    suggestedMax: least,
  };
}

/** What is drawn against an axis on the right has its own unit. */
const formatOf = (axis, format) => rightAxes[axis]?.format ?? format;

/** Round times of the day alone; `null` draws nothing. */
function timeBelow({ points, range }, index) {
  const partOf = (slot) => {
    const at = new Date(slot);
    return Math.floor((at.getTime() - at.getTimezoneOffset() * 60_000) / range.everyMs);
  };
  const [point, before] = [points[index], points[index - 1]];
  if (point === undefined || before === undefined) return null;
  return partOf(point.slot) === partOf(before.slot) ? null : formatTime(point.slot, false);
}

function datasetOf({ label, read, series, axis = 'y' }, points, { type, index }) {
  const colour = colourOf(`--series-${series}`);
  return {
    label,
    yAxisID: axis,
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
function newestOf({ points, series }, format) {
  if (points.length === 0) return 'No figures yet.';
  // Where nobody asked in the newest stretch, the one before says more.
  const newest = (read) => points.map(read).findLast((value) => value !== null) ?? null;
  const figures = series.map(({ label, read, axis }) => [label, newest(read), axis]);
  if (figures.every(([, value]) => value === null)) return 'Nothing in this time.';
  return figures
    .map(([label, value, axis]) => `${label} ${formatOf(axis, format)(value)}`)
    .join(' · ');
}

/** What came together over all that is drawn, without what never came. */
function totalsOf({ points, series }, format) {
  if (points.length === 0) return 'No figures yet.';
  const totals = series
    .map(({ label, read }) => [label, points.reduce((sum, point) => sum + read(point), 0)])
    .filter(([, total]) => total > 0);
  if (totals.length === 0) return 'Nothing in this time.';
  return `In all: ${totals.map(([label, total]) => `${label} ${format(total)}`).join(' · ')}`;
}

const rowsShown = 20;

function fill(table, { points, series, range }, format) {
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
          element('td', {}, formatTime(point.slot, range.withSeconds)),
          ...series.map(({ read, axis }) => element('td', {}, formatOf(axis, format)(read(point)))),
        ),
      ),
    ),
  );
}
