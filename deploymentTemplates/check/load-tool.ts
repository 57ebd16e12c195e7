import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/** Loads a development tool that is not always installed; undefined where it is not. */
export async function loadTool<Tool>(
  name: string,
  from: string = import.meta.url,
): Promise<Tool | undefined> {
  let path: string;
  try {
    path = createRequire(from).resolve(name);
  } catch {
    return undefined;
  }
  return (await import(pathToFileURL(path).href)) as Tool;
}
