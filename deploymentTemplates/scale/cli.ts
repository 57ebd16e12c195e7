import { writeFileSync } from 'node:fs';
import { scaleDocument, updatedDocument } from './document.ts';

writeFileSync(scaleDocument, updatedDocument());
process.stdout.write('Wrote docs/scale.md.\n');
