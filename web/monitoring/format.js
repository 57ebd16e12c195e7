/** How figures are written for people. */

const numbers = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });
const short = new Intl.NumberFormat(undefined, { notation: 'compact', maximumFractionDigits: 1 });

/** @param {number | null | undefined} value */
export function formatCount(value) {
  if (value === null || value === undefined) return '–';
  return value >= 10_000 ? short.format(value) : numbers.format(value);
}

/** @param {number | null | undefined} seconds */
export function formatSeconds(seconds) {
  if (seconds === null || seconds === undefined) return '–';
  if (seconds < 1) return `${Math.round(seconds * 1_000)} ms`;
  return `${numbers.format(seconds)} s`;
}

/** @param {number | null | undefined} dollars */
export function formatDollars(dollars) {
  if (dollars === null || dollars === undefined) return '–';
  return `$${dollars.toFixed(dollars > 0 && dollars < 0.01 ? 4 : 2)}`;
}

/** @param {number | null | undefined} share */
export function formatShare(share) {
  if (share === null || share === undefined || Number.isNaN(share)) return '–';
  return `${numbers.format(share * 100)} %`;
}

/** @param {number} bytes */
export function formatBytes(bytes) {
  return `${numbers.format(bytes / 1_048_576)} MB`;
}

/** @param {string} at @param {boolean} withSeconds */
export function formatTime(at, withSeconds) {
  return new Date(at).toLocaleTimeString(undefined, {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...(withSeconds && { second: '2-digit' }),
  });
}

/** @param {string} at */
export function formatMoment(at) {
  return new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}

/**
 * An element with text, never with markup: what is shown may be what somebody wrote.
 *
 * @param {string} name @param {Record<string, string>} [attributes] @param {...(Node | string)} children
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/**
 * A table in a frame that scrolls, and that the keyboard can reach for that.
 *
 * @param {string} label @param {HTMLElement} table
 */
export function scrolling(label, table) {
  return element(
    'div',
    { class: 'scroll', role: 'region', 'aria-label': label, tabindex: '0' },
    table,
  );
}
