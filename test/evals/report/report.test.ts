import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withRun } from '#test/evals/history.ts';
import { sampleEvaluation, sampleFigure } from '#test/evals/sample-evaluation.ts';
import { type ChartColours, drawBars, drawLines } from './charts.ts';
import { formatFailures, formatTable } from './format-text.ts';
import { groupFailures } from './group-failures.ts';
import { formatFigure, formatTarget, meetsTarget } from './present-figure.ts';
import { renderMarkdown } from './render-markdown.ts';
import { renderPage } from './render-page.ts';

const evaluation = sampleEvaluation();
const history = withRun(withRun([], evaluation, 'the first run'), evaluation, 'better <weights>');
const input = { evaluations: [evaluation] as const, history };
const colours: ChartColours = {
  ink: '#000',
  soft: '#555',
  line: '#ddd',
  good: '#080',
  missed: '#800',
  series: ['#00f'],
};

describe('a figure', () => {
  it('reads by its unit', () => {
    assert.equal(formatFigure({ value: 0.95, unit: 'share' }), '0.950');
    assert.equal(formatFigure({ value: 3, unit: 'count' }), '3');
    assert.equal(formatFigure({ value: 4.26, unit: 'milliseconds' }), '4.3 ms');
    assert.equal(formatTarget(sampleFigure({ better: 'lower', target: 0.03 })), '≤ 0.030');
    assert.equal(formatTarget(sampleFigure({ id: 'x' })), '≥ 0.950');
  });

  it('meets its target in its direction', () => {
    assert.equal(meetsTarget(sampleFigure({ value: 0.95 })), true);
    assert.equal(meetsTarget(sampleFigure({ value: 0.94 })), false);
    assert.equal(meetsTarget(sampleFigure({ value: 0, target: 0, better: 'lower' })), true);
    const { target: _, ...open } = sampleFigure();
    assert.equal(meetsTarget(open), undefined);
  });
});

it('shows figures, their targets and what was not measured in the terminal', () => {
  const table = formatTable({
    ...evaluation,
    sets: [
      ...evaluation.sets,
      { name: 'claims', title: 'Claims', about: '', figures: [], failures: [], skipped: 'no file' },
    ],
  });
  assert.match(table, /recall@5, dev +0\.900 +of 200 +≥ 0\.950 {2}not reached/);
  assert.match(table, /Claims\n {2}not measured: no file/);
});

it('groups failures by cause, the most frequent first', () => {
  const [set] = evaluation.sets;
  assert.ok(set);
  const failures = ['rare', 'often', 'often'].map((cause, index) => ({
    caseId: `case-${index}`,
    cause,
    details: 'details',
  }));
  assert.deepEqual(
    groupFailures({ sets: [{ ...set, failures }] }).map(({ cause, failures: { length } }) => [
      cause,
      length,
    ]),
    [
      ['often', 2],
      ['rare', 1],
    ],
  );
  assert.match(
    formatFailures(evaluation),
    /Retrieval: another article \(1\)\n\n {2}plain-1: asked/,
  );
});

describe('the Markdown report', () => {
  const markdown = renderMarkdown({ ...input, images: 'images' });

  it('holds figures, sets, history, failures and answers', () => {
    assert.match(
      markdown,
      /\| Retrieval \| recall@5, dev \| 0\.900 \| ≥ 0\.950 \| 200 \| not yet \|/,
    );
    assert.match(markdown, /### Retrieval\n\nQuestions & what was found\./);
    assert.match(markdown, /\| 2 \| 2026-11-23 \| better <weights> \| 0\.900 \|/);
    assert.match(markdown, /\| Retrieval \| another article \| 1 \|/);
    assert.match(markdown, /> It is not \[1\]\.\n> \n> Never\./);
    assert.match(markdown, /!\[Figures beside their targets\]\(images\/eval-figures\.svg\)/);
  });

  it('shows several writers side by side', () => {
    const other = { ...sampleEvaluation([sampleFigure({ value: 0.5 })]), model: 'scripted' };
    const both = renderMarkdown({ ...input, evaluations: [evaluation, other] });
    assert.match(both, /\| figure \| extractive \| scripted \| target \| cases \|/);
    assert.match(both, /\| recall@5, dev \| 0\.900 \| 0\.500 \| ≥ 0\.950 \| 200 \|/);
  });
});

describe('the page', () => {
  const page = renderPage(input);

  it('needs nothing beside itself', () => {
    assert.doesNotMatch(page, /<(script|link|img|iframe)\b/);
    assert.doesNotMatch(page, /url\(|@import/);
  });

  it('draws the figures and the runs, and tells them without sight', () => {
    const titles = [...page.matchAll(/<svg [^>]*role="img" aria-label="([^"]+)"/g)];
    assert.deepEqual(
      titles.map(([, title]) => title),
      ['Figures beside their targets', 'The recorded runs, oldest first'],
    );
    assert.equal(page.match(/<circle/g)?.length, 2);
  });

  it('shows what people and data wrote as text', () => {
    assert.match(page, /<summary>Is &lt;script&gt; \| safe\?/);
    assert.match(page, /<pre>plain-1: asked\nfound: &lt;b&gt;<\/pre>/);
    assert.match(page, /better &lt;weights&gt;/);
  });
});

describe('the charts', () => {
  it('colour a figure that misses its target, and mark the target', () => {
    const chart = drawBars([sampleFigure(), sampleFigure({ value: 0.99 })], colours);
    assert.equal(chart.match(/fill="#800"/g)?.length, 1);
    assert.equal(chart.match(/fill="#080"/g)?.length, 1);
    assert.equal(chart.match(/stroke="#000"/g)?.length, 2);
  });

  it('leave out what a run did not measure', () => {
    const runs = [{ date: '2026-11-01', note: 'a', model: 'x', figures: {} }, ...history];
    const chart = drawLines(
      runs,
      [{ figureId: 'retrieval.dev.recallAt5', label: 'recall' }],
      colours,
    );
    assert.equal(chart.match(/<circle/g)?.length, 2);
  });
});
