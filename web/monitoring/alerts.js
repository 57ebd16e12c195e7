/** The list of alerts, acknowledging them, and maintenance. */
import { call } from './connection.js';
import {
  element,
  formatCount,
  formatDollars,
  formatMoment,
  formatSeconds,
  formatShare,
} from './format.js';

const words = { firing: 'Firing', acknowledged: 'Acknowledged', resolved: 'Resolved' };
const mostResolved = 5;

/** @param {{ list: HTMLElement, news: HTMLElement, maintenance: HTMLButtonElement, state: HTMLElement }} parts */
export function createAlertList({ list, news, maintenance, state }) {
  let known;
  let mutedUntil = null;

  maintenance.addEventListener('click', async () => {
    maintenance.disabled = true;
    try {
      await call('/monitoring/maintenance', { minutes: mutedUntil === null ? 60 : 0 });
    } catch (error) {
      news.textContent = error.message;
    } finally {
      maintenance.disabled = false;
    }
  });

  const acknowledge = async (id, button) => {
    button.disabled = true;
    try {
      await call(`/monitoring/alerts/${encodeURIComponent(id)}/acknowledge`, {});
    } catch (error) {
      button.disabled = false;
      news.textContent = error.message;
    }
  };

  const itemOf = (alert) => {
    const item = element('li', {
      class: 'alert',
      'data-state': alert.state,
      'data-severity': alert.severity,
    });
    const when =
      alert.state === 'resolved'
        ? `${formatMoment(alert.startedAt)} to ${formatMoment(alert.resolvedAt)}`
        : `since ${formatMoment(alert.startedAt)}`;
    item.append(
      element('span', { class: 'badge' }, `${words[alert.state]} · ${alert.severity}`),
      element(
        'div',
        {},
        element('strong', {}, alert.title),
        element('p', {}, `${measured(alert)}, ${when}`),
      ),
    );
    if (alert.state === 'firing') {
      const button = element(
        'button',
        { type: 'button', 'aria-label': `Acknowledge: ${alert.title}` },
        'Acknowledge',
      );
      button.addEventListener('click', () => acknowledge(alert.id, button));
      item.append(button);
    }
    return item;
  };

  return {
    show({ alerts, maintenanceUntil }) {
      mutedUntil = maintenanceUntil;
      state.textContent =
        maintenanceUntil === null ? '' : `Muted until ${formatMoment(maintenanceUntil)}`;
      maintenance.textContent = maintenanceUntil === null ? 'Mute for an hour' : 'End the mute';
      const now = JSON.stringify(alerts);
      // Nothing is drawn anew while somebody may stand on a button.
      if (now === known) return;
      if (known !== undefined) news.textContent = newsOf(JSON.parse(known), alerts);
      known = now;
      const open = alerts.filter((alert) => alert.state !== 'resolved');
      const resolved = alerts.filter((alert) => alert.state === 'resolved').slice(0, mostResolved);
      list.replaceChildren(
        ...(open.length === 0
          ? [element('li', { class: 'all-well' }, 'No alert is under way.')]
          : []),
        ...[...open, ...resolved].map(itemOf),
      );
    },
  };
}

const metrics = {
  errorRate: ['Failed', formatShare],
  responseTimeP95Seconds: ['Whole answer, p95', formatSeconds],
  firstWordP95Seconds: ['First word, p95', formatSeconds],
  costPerHourUsd: ['Cost an hour', formatDollars],
  queueAgeSeconds: ['Longest wait', formatSeconds],
  circuitsOpen: ['Open circuits', formatCount],
  thumbsDownShare: ['Thumbs down', formatShare],
  notReady: ['Not serving', formatCount],
};

function measured({ metric, value, threshold }) {
  const [name, format] = metrics[metric] ?? [metric, formatCount];
  return `${name} ${format(value)}, limit ${format(threshold)}`;
}

/** What changed, for those who hear the page. */
function newsOf(before, after) {
  const states = new Map(before.map(({ id, state }) => [id, state]));
  return after
    .filter(({ id, state }) => states.get(id) !== state)
    .map(({ state, title }) => `${words[state]}: ${title}.`)
    .join(' ');
}
