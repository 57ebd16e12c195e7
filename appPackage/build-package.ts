import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { fillManifest, type ManifestSettings } from './fill-manifest.ts';
import { findManifestMistakes } from './validate-manifest.ts';

/** A fixed date keeps the package of the same version the same, byte for byte. */
const packedAt = '1980-01-01T12:00:00';

/** The Teams app package as a zip file; throws an Error that lists every mistake where the manifest is not valid. */
export function buildTeamsPackage(settings: ManifestSettings): Uint8Array {
  const folder = import.meta.dirname;
  const manifest = fillManifest(readFileSync(join(folder, 'manifest.json'), 'utf8'), settings);
  const mistakes = findManifestMistakes(manifest);
  if (mistakes.length > 0)
    throw new Error(
      `The manifest is not valid:\n${mistakes.map((line) => `  - ${line}`).join('\n')}`,
    );
  return zipSync(
    {
      'manifest.json': strToU8(`${JSON.stringify(manifest, undefined, 2)}\n`),
      'color.png': new Uint8Array(readFileSync(join(folder, 'icons/color.png'))),
      'outline.png': new Uint8Array(readFileSync(join(folder, 'icons/outline.png'))),
    },
    { mtime: packedAt },
  );
}
