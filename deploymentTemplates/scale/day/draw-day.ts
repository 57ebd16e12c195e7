import type { Day } from './ledger.ts';

/** Readable on white and on black: a picture cannot know the page it stands on. */
const [all, byModel, workers] = ['#5f82d3', '#2f8f88', '#b98019'];
const [ink, line] = ['#77756e', '#8b867a55'];
const layout = { width: 800, left: 60, right: 20, panel: 150, gap: 50, top: 50 };
const plotWidth = layout.width - layout.left - layout.right;
const stretchMinutes = 15;

interface Panel {
  readonly top: number;
  readonly most: number;
  readonly label: string;
}

/** A day as an SVG picture: the turns of each minute, those that the model answered, and the workers that ran them. */
export function drawDay(title: string, { stretches }: Day): string {
  const perMinute = (turns: number) => turns / stretchMinutes;
  const turns = {
    top: layout.top,
    most: Math.max(1, ...stretches.map((stretch) => perMinute(stretch.turns))),
    label: 'turns a minute',
  };
  const replicas = {
    top: layout.top + layout.panel + layout.gap,
    most: Math.max(1, ...stretches.map((stretch) => stretch.workers)),
    label: 'workers',
  };
  const area = (panel: Panel, colour: string | undefined, read: (index: number) => number) =>
    `<path d="${outline(panel, stretches.length, read)}" fill="${colour}" fill-opacity="0.75" />`;
  const height = replicas.top + layout.panel + 30;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${layout.width} ${height}" role="img" aria-label="${title}" font-family="system-ui, 'Segoe UI', Roboto, sans-serif" font-size="12">`,
    `<title>${title}</title>`,
    legend(layout.left, all, 'all turns'),
    legend(layout.left + 120, byModel, 'answered by the model'),
    legend(layout.left + 310, workers, 'workers'),
    ...[turns, replicas].map(frame),
    area(turns, all, (index) => perMinute(stretches[index]?.turns ?? 0)),
    area(turns, byModel, (index) => perMinute(stretches[index]?.byModel ?? 0)),
    area(replicas, workers, (index) => stretches[index]?.workers ?? 0),
    '</svg>\n',
  ].join('\n');
}

function legend(left: number, colour: string | undefined, name: string): string {
  return `<rect x="${left}" y="8" width="12" height="12" rx="2" fill="${colour}" /><text x="${left + 18}" y="18" fill="${ink}">${name}</text>`;
}

/** The floor with its hours, and the highest value. */
function frame({ top, most, label }: Panel): string {
  const floor = top + layout.panel;
  const hours = [0, 4, 8, 12, 16, 20, 24].map((hour) => {
    const x = layout.left + (plotWidth * hour) / 24;
    return `<text x="${x}" y="${floor + 16}" text-anchor="middle" fill="${ink}">${String(hour).padStart(2, '0')}:00</text>`;
  });
  return [
    `<line x1="${layout.left}" y1="${floor}" x2="${layout.width - layout.right}" y2="${floor}" stroke="${ink}" />`,
    `<line x1="${layout.left}" y1="${top}" x2="${layout.width - layout.right}" y2="${top}" stroke="${line}" />`,
    `<text x="${layout.left - 8}" y="${top + 4}" text-anchor="end" fill="${ink}">${Math.round(most).toLocaleString('en')}</text>`,
    `<text x="${layout.left - 8}" y="${floor + 4}" text-anchor="end" fill="${ink}">0</text>`,
    `<text x="${layout.left}" y="${top - 6}" fill="${ink}">${label}</text>`,
    ...hours,
  ].join('');
}

/** Steps from the floor and back to it. */
function outline({ top, most }: Panel, count: number, read: (index: number) => number): string {
  const floor = top + layout.panel;
  const width = plotWidth / count;
  const steps = Array.from({ length: count }, (_, index) => {
    const y = (floor - (layout.panel * read(index)) / most).toFixed(1);
    return `V${y}H${(layout.left + width * (index + 1)).toFixed(1)}`;
  });
  return `M${layout.left} ${floor}${steps.join('')}V${floor}Z`;
}
