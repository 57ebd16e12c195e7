/** The limits of the alert rules: lines where a chart shows the figure that a rule watches, and the same in words. */

const labelPx = 11;
const gapPx = 4;
const colours = { information: '--ink-soft', warning: '--caution', critical: '--attention' };

/**
 * One limit, as the rules of the server have it.
 *
 * @typedef {{ metric: string, comparison: 'above' | 'below', threshold: number, severity: string, forSeconds: number }} Limit
 */

/**
 * Whether the figure breaks any limit; one that was not measured breaks none.
 *
 * @param {readonly Limit[]} limits @param {string} metric @param {number | null} value
 */
export function isBeyondLimit(limits, metric, value) {
  if (value === null) return false;
  return limits.some(
    (limit) =>
      limit.metric === metric &&
      (limit.comparison === 'above' ? value > limit.threshold : value < limit.threshold),
  );
}

/**
 * What the lines say, for those who do not see them.
 *
 * @param {readonly Limit[]} limits @param {string} label @param {(value: number) => string} format
 */
export function describeLimits(limits, label, format) {
  if (limits.length === 0) return '';
  const each = limits.map(
    ({ comparison, threshold, severity, forSeconds }) =>
      `${label} ${comparison} ${format(threshold)} for ${forSeconds} seconds (${severity})`,
  );
  return `Alerts: ${each.join(', ')}.`;
}

/**
 * A plugin for Chart.js that draws a line with its label for each limit that is within the axis.
 *
 * @param {() => { limits: readonly Limit[], label: string, axis: string, format: (value: number) => string }} read
 * @param {(name: string) => string} colourOf  the value of a token
 */
export function createLimitLines(read, colourOf) {
  return {
    id: 'limits',
    afterDatasetsDraw({ ctx, chartArea, scales }) {
      const { limits, label, axis, format } = read();
      ctx.save();
      ctx.font = `${labelPx}px ${getComputedStyle(document.body).fontFamily}`;
      ctx.textBaseline = 'bottom';
      let last = { y: Number.POSITIVE_INFINITY, end: chartArea.left };
      for (const { threshold, severity } of limits) {
        const y = scales[axis].getPixelForValue(threshold);
        if (y < chartArea.top || y > chartArea.bottom) continue;
        const isClose = last.y - y < labelPx + 2 * gapPx;
        const x = (isClose ? last.end : chartArea.left) + gapPx;
        const end = drawLimit(ctx, {
          ...{ x, y, left: chartArea.left, right: chartArea.right },
          text: `${label} limit ${format(threshold)}, ${severity}`,
          colour: colourOf(colours[severity]),
          paper: colourOf('--paper'),
        });
        last = { y, end };
      }
      ctx.restore();
    },
  };
}

/** Returns where the label ends. */
function drawLimit(ctx, { x, y, left, right, text, colour, paper }) {
  const widthPx = ctx.measureText(text).width + 2 * gapPx;
  ctx.strokeStyle = colour;
  ctx.lineWidth = 1.5;
  ctx.beginPath();
  ctx.moveTo(left, y);
  ctx.lineTo(right, y);
  ctx.stroke();
  ctx.fillStyle = paper;
  ctx.fillRect(x, y - labelPx - gapPx, widthPx, labelPx + gapPx - 1);
  ctx.fillStyle = colour;
  ctx.fillText(text, x + gapPx, y - 2);
  return x + widthPx;
}
