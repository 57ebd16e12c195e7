import type { Drop } from '#test/evals/baseline.ts';
import type { Evaluation } from '#test/evals/evaluation.ts';
import { groupFailures } from './group-failures.ts';
import { formatFigure, formatTarget, meetsTarget } from './present-figure.ts';

/** All figures of a run as a table for a terminal. */
export function formatTable(evaluation: Evaluation): string {
  const seconds = (evaluation.durationMs / 1000).toFixed(0);
  const sets = evaluation.sets.map(({ title, figures, skipped }) =>
    [
      title,
      ...(skipped === undefined ? [] : [`  not measured: ${skipped}`]),
      ...figures.map((figure) => {
        const missed = meetsTarget(figure) === false ? '  not reached' : '';
        const target = formatTarget(figure);
        return `  ${figure.label.padEnd(58)} ${formatFigure(figure).padStart(9)} ${`of ${figure.cases}`.padStart(8)}  ${target}${missed}`.trimEnd();
      }),
    ].join('\n'),
  );
  return [`Written by ${evaluation.model}, in ${seconds} s`, ...sets].join('\n\n');
}

/** Every failure, by set and cause. */
export function formatFailures(evaluation: Evaluation): string {
  const groups = groupFailures(evaluation);
  if (groups.length === 0) return 'Nothing went wrong.';
  return groups
    .map(({ set, cause, failures }) =>
      [
        `${set}: ${cause} (${failures.length})`,
        ...failures.map(({ caseId, details }) => indent(`${caseId}: ${details}`)),
      ].join('\n\n'),
    )
    .join('\n\n');
}

/** The figures that dropped, each named. */
export function formatDrops(drops: readonly Drop[]): string {
  return drops
    .map(({ figure, before, tolerance }) => {
      const was = formatFigure({ value: before, unit: figure.unit });
      return `${figure.id} (${figure.label}) is ${formatFigure(figure)}; it was ${was}, and may be worse by ${tolerance}`;
    })
    .join('\n');
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}
