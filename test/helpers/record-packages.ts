import { writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

/** Preloaded into a program (`--import`), writes down which packages that loaded, as JSON, where RECORD_PACKAGES says. */
const packages = new Set<string>();

registerHooks({
  load(url, context, nextLoad) {
    const name = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1];
    if (name !== undefined) packages.add(name);
    return nextLoad(url, context);
  },
});

process.on('exit', () => {
  const path = process.env['RECORD_PACKAGES'];
  if (path !== undefined) writeFileSync(path, JSON.stringify([...packages].toSorted()));
});
