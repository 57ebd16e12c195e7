import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** Reads a file of one JSON object a line; throws, naming the line, where one is not as the schema says. */
export function readRecords<Record>(file: string | URL, schema: z.ZodType<Record>): Record[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .map((line, position) => ({ line, number: position + 1 }))
    .filter(({ line }) => line.trim() !== '')
    .map(({ line, number }) => {
      const parsed = schema.safeParse(parseJson(line));
      if (parsed.success) return parsed.data;
      throw new TypeError(`${String(file)}:${number}: ${z.prettifyError(parsed.error)}`);
    });
}

/** What is no JSON becomes nothing, which no schema takes. */
function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
