import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ChartColours, drawBars, drawLines } from './report/charts.ts';
import { chartFigures, curveLines } from './report/main-figures.ts';
import { type ReportInput, renderMarkdown } from './report/render-markdown.ts';
import { renderPage } from './report/render-page.ts';

/** A picture cannot know the page it stands on: these are readable on white and on black. */
const pictureColours: ChartColours = {
  ink: '#77756e',
  soft: '#8b867a',
  line: '#8b867a33',
  good: '#2f8f88',
  missed: '#c9573f',
  series: ['#2f8f88', '#b98019', '#5f82d3', '#a566b3', '#6f9c43', '#cc5b80', '#8b867a'],
};

const documentation = join(import.meta.dirname, '..', '..', 'docs');

/** Writes Markdown, JSON and the page into a folder; returns their paths. */
export function writeReports(folder: string, input: ReportInput): string[] {
  mkdirSync(folder, { recursive: true });
  const files = {
    'evaluation.md': renderMarkdown(input),
    'evaluation.json': `${JSON.stringify(input.evaluations, null, 2)}\n`,
    'evaluation.html': renderPage(input),
  };
  return Object.entries(files).map(([name, content]) => {
    const file = join(folder, name);
    writeFileSync(file, content);
    return file;
  });
}

/** Writes the report that is kept with the source, with its charts as pictures; returns their paths. */
export function writeDocumentation(input: ReportInput): string[] {
  const [main] = input.evaluations;
  const runs = input.history.filter(({ model }) => model === main.model);
  const images = join(documentation, 'images');
  mkdirSync(images, { recursive: true });
  const files: Readonly<Record<string, string>> = {
    [join(documentation, 'evaluation.md')]: renderMarkdown({ ...input, images: 'images' }),
    [join(images, 'eval-figures.svg')]: drawBars(chartFigures(main), pictureColours),
    [join(images, 'eval-curve.svg')]: drawLines(runs, curveLines, pictureColours),
  };
  for (const [file, content] of Object.entries(files)) writeFileSync(file, content);
  return Object.keys(files);
}
