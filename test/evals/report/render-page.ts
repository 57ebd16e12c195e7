import { readFileSync } from 'node:fs';
import { type Evaluation, type Figure, figuresOf, type SetResult } from '#test/evals/evaluation.ts';
import { type ChartColours, drawBars, drawLines } from './charts.ts';
import { escapeMarkup } from './escape-markup.ts';
import { groupFailures } from './group-failures.ts';
import { chartFigures, curveLines } from './main-figures.ts';
import { formatFigure, formatTarget, meetsTarget } from './present-figure.ts';
import type { ReportInput } from './render-markdown.ts';

const colours: ChartColours = {
  ink: 'var(--ink)',
  soft: 'var(--ink-soft)',
  line: 'var(--line)',
  good: 'var(--accent)',
  missed: 'var(--attention)',
  series: [1, 2, 3, 4, 5, 6, 7].map((number) => `var(--series-${number})`),
};

/** The report as one page that needs nothing beside itself; light or dark as the reader's system is. */
export function renderPage({ evaluations, history }: ReportInput): string {
  const [main] = evaluations;
  const css = readFileSync(new URL('page.css', import.meta.url), 'utf8');
  const runs = history.filter(({ model }) => model === main.model);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Career Mentor: evaluation</title>
<style>
${css}</style>
</head>
<body>
<header>
<h1>What Career Mentor finds, says and refuses to say</h1>
<p class="quiet">${escapeMarkup(evaluations.map(describeRun).join(' · '))}</p>
</header>
<main>
${tiles(main)}
<h2>Beside their targets</h2>
<div class="scroll">${drawBars(chartFigures(main), colours)}</div>
<h2>The way there</h2>
${runs.length === 0 ? '<p>No run was recorded yet.</p>' : `<div class="scroll">${drawLines(runs, curveLines, colours)}</div><ol>${runs.map(({ date, note }) => `<li>${escapeMarkup(`${date.slice(0, 10)}: ${note}`)}</li>`).join('')}</ol>`}
<h2>The sets</h2>
${main.sets.map((set) => renderSet(set, evaluations)).join('\n')}
<h2>What went wrong on the development questions</h2>
${failures(main)}
${main.sets.map(exhibits).join('')}
</main>
</body>
</html>
`;
}

function describeRun({ model, date, durationMs }: Evaluation): string {
  return `${model}, ${date.slice(0, 16).replace('T', ' ')} UTC, ${Math.round(durationMs / 1000)} s`;
}

function tiles(evaluation: Evaluation): string {
  const items = figuresOf(evaluation)
    .filter((figure) => figure.target !== undefined)
    .map(
      (figure) =>
        `<li${meetsTarget(figure) === false ? ' class="missed"' : ''}><strong>${formatFigure(figure)}</strong>${escapeMarkup(figure.label)}<br><span class="quiet">${escapeMarkup(formatTarget(figure))}, ${figure.cases} cases</span></li>`,
    );
  return `<ul class="tiles">${items.join('')}</ul>`;
}

function renderSet(set: SetResult, evaluations: readonly Evaluation[]): string {
  const heading = `<h3>${escapeMarkup(set.title)}</h3><p>${escapeMarkup(set.about)}</p>`;
  if (set.skipped !== undefined)
    return `${heading}<p>Not measured: ${escapeMarkup(set.skipped)}.</p>`;
  const columns = evaluations.map(
    ({ sets }) => sets.find(({ name }) => name === set.name)?.figures ?? [],
  );
  const labels = new Map(columns.flat().map((figure) => [figure.id, figure]));
  const rows = [...labels].map(([id, figure]) => {
    const cells = columns.map((figures) => numberCell(figures.find((one) => one.id === id)));
    return `<tr><td>${escapeMarkup(figure.label)}</td>${cells.join('')}<td class="number">${escapeMarkup(formatTarget(figure))}</td><td class="number">${figure.cases}</td></tr>`;
  });
  const heads = evaluations.map(({ model }) => `<th class="number">${escapeMarkup(model)}</th>`);
  return `${heading}<div class="scroll"><table><thead><tr><th>figure</th>${heads.join('')}<th class="number">target</th><th class="number">cases</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

function numberCell(figure: Figure | undefined): string {
  if (figure === undefined) return '<td class="number"></td>';
  const missed = meetsTarget(figure) === false ? ' missed' : '';
  return `<td class="number${missed}">${formatFigure(figure)}</td>`;
}

function failures(evaluation: Evaluation): string {
  const groups = groupFailures(evaluation);
  if (groups.length === 0) return '<p>Nothing.</p>';
  return groups
    .map(
      ({ set, cause, failures: members }) =>
        `<details><summary>${escapeMarkup(`${set}: ${cause}`)} <span class="quiet">${members.length}</span></summary>${members.map(({ caseId, details }) => `<pre>${escapeMarkup(`${caseId}: ${details}`)}</pre>`).join('')}</details>`,
    )
    .join('\n');
}

function exhibits({ title, about, exhibits: shown = [] }: SetResult): string {
  if (shown.length === 0) return '';
  const items = shown.map(
    ({ question, answer, sources, state, origin }) =>
      `<details><summary>${escapeMarkup(question)} <span class="quiet">${escapeMarkup(state)}</span></summary><p>${escapeMarkup(answer).replaceAll('\n', '<br>')}</p><p class="quiet">${escapeMarkup([...sources, origin].join(' · '))}</p></details>`,
  );
  return `<h2>${escapeMarkup(title)}</h2><p>${escapeMarkup(about)}</p>${items.join('\n')}`;
}
