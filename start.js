// What `npm start` runs. Plain JavaScript: the program comes out of the compile cache then, and Node loads no compiler for it.
import { enableCompileCache } from 'node:module';

enableCompileCache();

await import('./main.ts');
