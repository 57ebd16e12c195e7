import { formatValue } from './draw-bars.ts';
import { type Figure, reachesAim } from './figures.ts';

/** Each figure with what stands beside it and whether its aim is reached. */
export function tableOfFigures(figures: readonly Figure[]): string {
  return table(
    ['figure', 'Career Mentor', 'beside it', 'ratio', 'aim', ''],
    figures.map((figure) => {
      const { label, unit, ours, theirs, ratio } = figure;
      const withUnit = (value: number) => `${formatValue(value)} ${unit}`.trim();
      const beside = theirs === undefined ? ['', ''] : [withUnit(theirs), formatValue(ratio)];
      return [label, withUnit(ours), ...beside, aimOf(figure), reachedText(figure)];
    }),
  );
}

function aimOf({ aim, better, unit }: Figure): string {
  if (aim === undefined) return '';
  const sign = better === 'higher' ? '≥' : '≤';
  return aim.of === 'ratio' ? `${sign} ${aim.value} ×` : `${sign} ${aim.value} ${unit}`.trim();
}

function reachedText(figure: Figure): string {
  const reached = reachesAim(figure);
  if (reached === undefined) return '';
  return reached ? 'reached' : 'not yet';
}

/** A table of Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
