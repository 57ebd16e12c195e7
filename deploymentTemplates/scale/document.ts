import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deploymentFolder } from '#deploymentTemplates/arm/read-templates.ts';
import { drawDay } from './day/draw-day.ts';
import { simulatedScenarios } from './day/scenarios.ts';
import { writeReport } from './report.ts';

/** The document that shows the arithmetic, and the picture in it. */
export const scaleDocument = join(deploymentFolder, '../docs/scale.md');
export const scalePicture = join(deploymentFolder, '../docs/images/scale-day.svg');

const marks = ['<!-- made by npm run deploy:scale -->', '<!-- end -->'] as const;

/** The document with the report as it is now; throws where its marks are gone. */
export function updatedDocument(text: string = readFileSync(scaleDocument, 'utf8')): string {
  const [start, end] = marks.map((mark) => text.indexOf(mark)) as [number, number];
  if (start < 0 || end < start)
    throw new Error(`docs/scale.md needs the marks ${marks.join(' and ')}`);
  return `${text.slice(0, start + marks[0].length)}\n\n${writeReport()}\n\n${text.slice(end)}`;
}

/** The picture of the day that the document shows. */
export function drawPicture(): string {
  const shown = simulatedScenarios().find(
    ({ name, people }) => name === 'prod' && people === 100_000,
  );
  if (shown === undefined) throw new Error('there is no day of 100,000 people to draw');
  return drawDay('A day of 100,000 people on prod as its file stands', shown.day);
}
