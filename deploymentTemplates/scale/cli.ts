import { writeFileSync } from 'node:fs';
import { drawPicture, scaleDocument, scalePicture, updatedDocument } from './document.ts';

writeFileSync(scaleDocument, updatedDocument());
writeFileSync(scalePicture, drawPicture());
process.stdout.write('Wrote docs/scale.md and docs/images/scale-day.svg.\n');
