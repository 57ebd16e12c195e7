/** The dashboard: holds the newest points, and gives each part of the page what it shows. */
import { beginSignIn, isSignInOffered, signedInName, signOut } from '/sign-in.js';
import { createAlertList } from './alerts.js';
import { createCharts } from './charts.js';
import { call, follow, isSignedIn, keepToken, Refused } from './connection.js';
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

/** What a figure is summed over. */
const spanWords = { live: 'in 3 minutes', hour: 'in the last hour', day: 'in the last day' };

const history = { live: [], hour: [], day: [] };
const pageTitle = document.title;
let range = 'live';
let charts;
let line;
let limits = [];

const alertList = createAlertList({
  list: byId('alert-list'),
  news: byId('alert-news'),
  maintenance: byId('maintenance'),
  state: byId('maintenance-state'),
});

function draw() {
  const points = history[range];
  charts ??= createCharts(byId('charts'));
  charts.update(points, range, limits);
  showTiles(byId('tiles'), points, { span: spanWords[range], limits });
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
  if (type === 'hello') {
    Object.assign(history, { live, hour, day });
    limits = message.limits;
    showReplica(message.replica);
  }
  if (type === 'point') for (const name of Object.keys(history)) put(name, message[name]);
  alertList.show(message);
  const firing = message.alerts.filter(({ state }) => state === 'firing').length;
  document.title = `${firing > 0 ? `(${firing}) ` : ''}${pageTitle}`;
  if (type !== 'alerts') draw();
}

/**
 * Where several processes serve, this is one of them, and a reload may show another.
 *
 * @param {string | null} name
 */
function showReplica(name) {
  const place = byId('replica');
  place.hidden = name === null;
  place.textContent =
    name === null
      ? ''
      : `One replica alone, ${name}: its figures, its alerts, its reviews. All of them together are in Application Insights, or wherever /metrics is collected.`;
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
  byId('web-sign-in').hidden = true;
  byId('content').hidden = false;
  byId('sign-out').hidden = !isSignedIn();
  draw();
  line = follow({ onMessage, onState });
}

/** @param {Error} refusal */
function askForToken(refusal) {
  byId('content').hidden = true;
  byId('connection').dataset.state = 'connecting';
  byId('connection').textContent = 'Not signed in';
  if (isSignInOffered()) return askToSignIn(refusal);
  byId('sign-in').hidden = false;
  byId('sign-in-problem').textContent = isSignedIn() ? refusal.message : '';
  keepToken(undefined);
  byId('token').focus();
}

/** Whoever is signed in already, and may not see this, may be somebody else as well. */
function askToSignIn(refusal) {
  const name = signedInName();
  const isKnown = name !== undefined;
  byId('web-sign-in').hidden = false;
  byId('web-sign-in-problem').textContent = isKnown
    ? `${name || 'Your account'} may not see this. ${refusal.message}`
    : '';
  byId('begin-sign-in').textContent = isKnown ? 'Sign in as somebody else' : 'Sign in';
  byId('begin-sign-in').focus();
}

byId('begin-sign-in').addEventListener('click', () => {
  const wish = signedInName() === undefined ? {} : { prompt: 'login' };
  beginSignIn(location.pathname, wish).catch(() => {
    byId('web-sign-in-problem').textContent =
      'Signing in is not possible just now. Please try again in a minute.';
  });
});

byId('sign-in').addEventListener('submit', (event) => {
  event.preventDefault();
  keepToken(byId('token').value.trim());
  byId('token').value = '';
  void start();
});
byId('sign-out').addEventListener('click', () => {
  line?.stop();
  if (isSignInOffered()) return void signOut();
  keepToken(undefined);
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
