import { LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';

/** What is wrong in a file, and where that can be said, on which line. */
export interface ArticleProblem {
  readonly file: string;
  /** Counted from 1. */
  readonly line?: number;
  readonly message: string;
}

export type ReadFields<Fields> =
  | { readonly fields: Fields; readonly problems?: undefined }
  | { readonly fields?: undefined; readonly problems: readonly ArticleProblem[] };

/** Parses and validates fields written as YAML that begins on a given line of a file; every problem names its line. */
export function readFields<Fields>(
  yaml: string,
  schema: z.ZodType<Fields>,
  { file, firstLine = 1, name }: { file: string; firstLine?: number; name: string },
): ReadFields<Fields> {
  const lineCounter = new LineCounter();
  const document = parseDocument(yaml, { lineCounter, prettyErrors: false });
  const lineAt = (offset: number) => lineCounter.linePos(offset).line + firstLine - 1;
  if (document.errors.length > 0)
    return {
      problems: document.errors.map((error) => ({
        file,
        line: lineAt(error.pos[0]),
        message: error.message,
      })),
    };
  const values = valuesOf(document);
  if (values instanceof Error) return { problems: [{ file, line: 1, message: values.message }] };
  const parsed = schema.safeParse(values);
  if (parsed.success) return { fields: parsed.data };
  return {
    problems: parsed.error.issues.map((issue) => ({
      file,
      line: lineOf(document, placeOf(issue), lineAt),
      message: `${issue.path.join('.') || name}: ${issue.message}`,
    })),
  };
}

/** What the fields hold; an error where an alias points to nothing, or unfolds without end. */
function valuesOf(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Where a problem stands: an unknown field is reported on the object that holds it. */
function placeOf(issue: z.core.$ZodIssue): readonly PropertyKey[] {
  const [key] = issue.code === 'unrecognized_keys' ? issue.keys : [];
  return key === undefined ? issue.path : [...issue.path, key];
}

/** The line of the deepest node that the path reaches; 1 where nothing of it stands in the file. */
function lineOf(
  document: ReturnType<typeof parseDocument>,
  path: readonly PropertyKey[],
  lineAt: (offset: number) => number,
): number {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const node = document.getIn(path.slice(0, depth), true) as
      | { range?: [number, number, number] }
      | undefined;
    if (node?.range !== undefined) return lineAt(node.range[0]);
  }
  return 1;
}
