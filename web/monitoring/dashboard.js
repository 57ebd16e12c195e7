/** The dashboard: holds the newest points, and gives each part of the page what it shows. */
import { createAlertList } from './alerts.js';
import { createCharts } from './charts.js';
import { call, follow, keepToken, Refused, readToken } from './connection.js';
import { showHealth, showTiles, showWeeks } from './figures.js';
import { showReviews, showTopics } from './reviews.js';

const byId = (id) => document.getElementById(id);
const mostPoints = { live: 20, hour: 61, day: 97 };
const slowRefreshMs = 60_000;
const connectionWords = {
  connecting: 'Connecting…',
  live: 'Live',
  lost: 'Connection lost; trying again',
};

const history = { live: [], hour: [], day: [] };
let range = 'live';
let charts;
let line;

const alertList = createAlertList({
  list: byId('alert-list'),
  news: byId('alert-news'),
  maintenance: byId('maintenance'),
  state: byId('maintenance-state'),
});

function draw() {
  const points = history[range];
  charts ??= createCharts(byId('charts'));
  charts.update(points, range === 'live');
  showTiles(byId('tiles'), points);
  showHealth(byId('health'), history.live.at(-1));
  const titles = { live: 'Now', hour: 'Over the last hour', day: 'Over the last day' };
  byId('figures-title').textContent = titles[range];
  byId('figures-note').textContent =
    points.length === 0 ? 'The first figures come within seconds.' : '';
}

/** The newest slot still fills: it takes the place of what was known of it. */
function put(name, point) {
  if (point === null) return;
  const others = history[name].filter(({ slot }) => slot !== point.slot);
  history[name] = [...others, point].slice(-mostPoints[name]);
}

function onMessage(message) {
  const { type, live, hour, day } = message;
  if (type === 'hello') Object.assign(history, { live, hour, day });
  if (type === 'point') for (const name of Object.keys(history)) put(name, message[name]);
  alertList.show(message);
  if (type !== 'alerts') draw();
}

function onState(state) {
  const place = byId('connection');
  if (place.dataset.state === state) return;
  place.dataset.state = state;
  place.textContent = connectionWords[state];
  // The socket cannot say why it was refused; a call can.
  if (state === 'lost') call('/monitoring/alerts').catch(endIfRefused);
}

/** @param {Error} error */
function endIfRefused(error) {
  if (!(error instanceof Refused) || ![401, 403].includes(error.status)) return;
  line?.stop();
  askForToken(error);
}

async function refreshSlowly() {
  await Promise.all([
    showTopics(byId('topics'), byId('topics-note')),
    showReviews(byId('reviews'), byId('review-news')),
    showWeeks(byId('weeks'), (await (await call('/monitoring/report')).json()).weeks),
  ]);
}

async function start() {
  try {
    await refreshSlowly();
  } catch (error) {
    if (error instanceof Refused && [401, 403].includes(error.status)) return askForToken(error);
    byId('review-news').textContent =
      'This part could not be loaded; it is tried again in a minute.';
  }
  byId('sign-in').hidden = true;
  byId('content').hidden = false;
  byId('sign-out').hidden = readToken() === undefined;
  draw();
  line = follow({ onMessage, onState });
}

/** @param {Error} refusal */
function askForToken(refusal) {
  byId('content').hidden = true;
  byId('sign-in').hidden = false;
  byId('sign-in-problem').textContent = readToken() === undefined ? '' : refusal.message;
  keepToken(undefined);
  onState('connecting');
  byId('connection').textContent = 'Not signed in';
  byId('token').focus();
}

byId('sign-in').addEventListener('submit', (event) => {
  event.preventDefault();
  keepToken(byId('token').value.trim());
  byId('token').value = '';
  void start();
});
byId('sign-out').addEventListener('click', () => {
  keepToken(undefined);
  line?.stop();
  location.reload();
});
for (const choice of document.querySelectorAll('input[name="range"]'))
  choice.addEventListener('change', () => {
    range = choice.value;
    draw();
  });
byId('export').addEventListener('click', async () => {
  const wanted = range === 'day' ? 'day' : 'hour';
  const file = await (await call(`/monitoring/history.csv?range=${wanted}`)).blob();
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = `career-mentor-${wanted}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1_000);
});
byId('reload-reviews').addEventListener('click', () => refreshSlowly().catch(() => undefined));

// Charts carry their colours themselves.
new MutationObserver(() => charts?.recolour()).observe(document.documentElement, {
  attributeFilter: ['data-theme'],
});
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => charts?.recolour());
setInterval(() => {
  // Somebody may be reading or about to press a button there.
  const isReading = byId('reviews').contains(document.activeElement);
  if (!document.hidden && !byId('content').hidden && !isReading)
    refreshSlowly().catch(() => undefined);
}, slowRefreshMs);

void start();
