import type { Figure } from '#test/evals/evaluation.ts';

/** A figure as people read it: shares with three decimals, counts whole. */
export function formatFigure({ value, unit }: Pick<Figure, 'value' | 'unit'>): string {
  switch (unit) {
    case 'share':
      return value.toFixed(3);
    case 'count':
      return String(value);
    case 'words':
      return value.toFixed(0);
    case 'grade':
      return value.toFixed(1);
    case 'milliseconds':
      return `${value.toFixed(1)} ms`;
    default:
      return unit satisfies never;
  }
}

/** What is to be reached, with the direction in which it counts; empty where nothing is. */
export function formatTarget({ target, better, unit }: Figure): string {
  if (target === undefined) return '';
  return `${better === 'higher' ? '≥' : '≤'} ${formatFigure({ value: target, unit })}`;
}

/** Whether the figure is where it is to be; nothing where no target is set. */
export function meetsTarget({ value, target, better }: Figure): boolean | undefined {
  if (target === undefined) return undefined;
  return better === 'higher' ? value >= target : value <= target;
}
