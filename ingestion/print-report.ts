import type { IndexedDocument } from '#services/knowledge-index/port.ts';
import type { PublishReport } from './publish-articles.ts';
import type { ArticleProblem } from './read-fields.ts';

/** Prints what became of a source: one line of numbers, and a line for every document that is not as it was. */
export function printReport(name: string, report: PublishReport): void {
  const { added, changed, removed, unchanged, refused, ignored, embeddingFailure } = report;
  print(
    `${name}: ${added.length} added, ${changed.length} changed, ${removed.length} removed, ${unchanged} unchanged, ${refused.length} refused`,
  );
  for (const id of added) print(`  added    ${id}`);
  for (const id of changed) print(`  changed  ${id}`);
  for (const id of removed) print(`  removed  ${id}`);
  printProblems(refused);
  if (ignored > 0)
    print(`  ${ignored === 1 ? '1 file' : `${ignored} files`} of other kinds left alone`);
  if (embeddingFailure !== undefined)
    print(`  published for full text alone: ${embeddingFailure.message}`);
}

/** Prints a line for every document that was left out, with what to mend. */
export function printProblems(problems: readonly ArticleProblem[]): void {
  for (const { file, line, message } of problems)
    print(`  refused  ${file}${line === undefined ? '' : `:${line}`}  ${message}`);
}

/** Names the collections that went with an index that was begun anew, and were not among the sources. */
export function printLost(
  before: readonly IndexedDocument[],
  after: readonly IndexedDocument[],
): void {
  const kept = new Set(after.map(({ collection }) => collection));
  const lost = new Set(
    before.map(({ collection }) => collection).filter((collection) => !kept.has(collection)),
  );
  for (const collection of lost)
    print(
      collection === 'articles'
        ? 'The built-in articles went with the old index; the server publishes them again at its next start.'
        : `The documents of ${collection} went with the old index; ingest it again.`,
    );
}

/** Writes one line to standard output. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
