import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deploymentFolder } from '#deploymentTemplates/arm/read-templates.ts';
import { writeReport } from './report.ts';

/** The document that shows the arithmetic. */
export const scaleDocument = join(deploymentFolder, '../docs/scale.md');

const marks = ['<!-- made by npm run deploy:scale -->', '<!-- end -->'] as const;

/** The document with the report as it is now; throws where its marks are gone. */
export function updatedDocument(text: string = readFileSync(scaleDocument, 'utf8')): string {
  const [start, end] = marks.map((mark) => text.indexOf(mark)) as [number, number];
  if (start < 0 || end < start)
    throw new Error(`docs/scale.md needs the marks ${marks.join(' and ')}`);
  return `${text.slice(0, start + marks[0].length)}\n\n${writeReport()}\n\n${text.slice(end)}`;
}
