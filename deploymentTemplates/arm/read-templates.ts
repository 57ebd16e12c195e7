import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from './json.ts';

/** Folder of the infrastructure as code. */
export const deploymentFolder = join(import.meta.dirname, '..');

/** Reads a JSON file below that folder; throws a SyntaxError that names it. */
export function readJson(path: string): JsonObject {
  try {
    return JSON.parse(readFileSync(join(deploymentFolder, path), 'utf8')) as JsonObject;
  } catch (error) {
    if (error instanceof SyntaxError) error.message = `${path}: ${error.message}`;
    throw error;
  }
}

/** Reads a template's source by its file name in modules/. */
export function readModule(fileName: string): JsonObject {
  return readJson(`modules/${fileName}`);
}
