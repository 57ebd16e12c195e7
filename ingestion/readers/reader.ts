import type { DocumentFields } from '#ingestion/article-schema.ts';

/** A document as its file gives it. */
export interface ReadDocument {
  /** Markdown; its headings say where passages are cut. */
  readonly body: string;
  /** What the document says of itself; titles and summaries may still be of any length. */
  readonly fields: DocumentFields;
}

/** Reads one format; throws UnreadableDocument where the file has a flaw that somebody can mend. */
export type DocumentReader = (bytes: Uint8Array) => Promise<ReadDocument>;

/** Why a document is left out, each reason in a sentence with its cure that goes on from the name of the file. */
export class UnreadableDocument extends Error {
  override readonly name = 'UnreadableDocument';
  readonly problems: readonly { readonly line?: number; readonly message: string }[];

  constructor(
    problems: string | readonly { readonly line?: number; readonly message: string }[],
    options: { cause?: unknown } = {},
  ) {
    const given = typeof problems === 'string' ? [{ message: problems }] : problems;
    super(given.map(({ message }) => message).join('; '), options);
    this.problems = given;
  }
}
