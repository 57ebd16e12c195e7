import type { Figure } from '#test/evals/evaluation.ts';
import type { HistoryEntry } from '#test/evals/history.ts';
import { escapeMarkup } from './escape-markup.ts';
import { formatFigure, formatTarget, meetsTarget } from './present-figure.ts';

/** How charts are coloured: variables of the page, or colours that suit a light and a dark page alike. */
export interface ChartColours {
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly good: string;
  readonly missed: string;
  readonly series: readonly string[];
}

const font = `font-family="system-ui, 'Segoe UI', Roboto, sans-serif"`;

/** Shares as horizontal bars, each with a tick where its target is. */
export function drawBars(figures: readonly Figure[], colours: ChartColours): string {
  const row = 34;
  const layout = { label: 330, bar: 330, width: 800 };
  const bars = figures.map((figure, index) => {
    const top = index * row + 8;
    const width = layout.bar * Math.min(1, Math.max(0, figure.value));
    const colour = meetsTarget(figure) === false ? colours.missed : colours.good;
    const text = `${formatFigure(figure)}  ${formatTarget(figure)}`.trim();
    return [
      `<text x="${layout.label - 12}" y="${top + 16}" text-anchor="end" fill="${colours.ink}">${escapeMarkup(figure.label)}</text>`,
      `<rect x="${layout.label}" y="${top + 4}" width="${layout.bar}" height="16" rx="3" fill="${colours.line}" />`,
      `<rect x="${layout.label}" y="${top + 4}" width="${width.toFixed(1)}" height="16" rx="3" fill="${colour}" />`,
      figure.target === undefined
        ? ''
        : `<path d="M${(layout.label + layout.bar * figure.target).toFixed(1)} ${top} v24" stroke="${colours.ink}" stroke-width="2" />`,
      `<text x="${layout.label + layout.bar + 10}" y="${top + 16}" fill="${colours.soft}">${escapeMarkup(text)}</text>`,
    ].join('');
  });
  return svg(layout.width, figures.length * row + 12, 'Figures beside their targets', bars);
}

export interface Line {
  readonly figureId: string;
  readonly label: string;
}

/** How shares went from one recorded run to the next; what was not measured yet leaves its line open. */
export function drawLines(
  history: readonly HistoryEntry[],
  lines: readonly Line[],
  colours: ChartColours,
): string {
  const plot = { left: 44, top: 16, width: 520, height: 260 };
  const lowest = Math.min(0.9, ...history.flatMap(({ figures }) => valuesOf(figures, lines)));
  const floor = Math.max(0, Math.floor(lowest * 10) / 10);
  const x = (index: number) =>
    plot.left + (history.length < 2 ? 0.5 : index / (history.length - 1)) * plot.width;
  const y = (value: number) => plot.top + plot.height * (1 - (value - floor) / (1 - floor));
  const steps = Array.from({ length: Math.round((1 - floor) * 10) + 1 }, (_, i) => floor + i / 10);
  const grid = steps.map(
    (step) =>
      `<path d="M${plot.left} ${y(step).toFixed(1)} h${plot.width}" stroke="${colours.line}" /><text x="${plot.left - 8}" y="${(y(step) + 4).toFixed(1)}" text-anchor="end" fill="${colours.soft}">${step.toFixed(1)}</text>`,
  );
  const marks = history.map(
    (_, index) =>
      `<text x="${x(index).toFixed(1)}" y="${plot.top + plot.height + 22}" text-anchor="middle" fill="${colours.soft}">${index + 1}</text>`,
  );
  const drawn = lines.map(({ figureId, label }, index) => {
    const colour = colours.series[index % colours.series.length] ?? colours.ink;
    const points = history.flatMap(({ figures }, position) => {
      const value = figures[figureId];
      return value === undefined ? [] : [`${x(position).toFixed(1)},${y(value).toFixed(1)}`];
    });
    const dots = points.map((point) => {
      const [cx, cy] = point.split(',');
      return `<circle cx="${cx}" cy="${cy}" r="3.5" fill="${colour}" />`;
    });
    const legendTop = plot.top + 6 + index * 24;
    return [
      `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="2" />`,
      ...dots,
      `<rect x="${plot.left + plot.width + 28}" y="${legendTop - 9}" width="14" height="4" fill="${colour}" />`,
      `<text x="${plot.left + plot.width + 50}" y="${legendTop}" fill="${colours.ink}">${escapeMarkup(label)}</text>`,
    ].join('');
  });
  return svg(800, plot.top + plot.height + 36, 'The recorded runs, oldest first', [
    ...grid,
    ...marks,
    ...drawn,
  ]);
}

function valuesOf(figures: HistoryEntry['figures'], lines: readonly Line[]): number[] {
  return lines.flatMap(({ figureId }) => figures[figureId] ?? []);
}

function svg(width: number, height: number, title: string, content: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeMarkup(title)}" ${font} font-size="13"><title>${escapeMarkup(title)}</title>${content.join('')}</svg>`;
}
