import { parseArgs } from 'node:util';
import { openCore } from '#composition/core.ts';
import { readEnvironment, readSettings } from '#composition/settings.ts';
import { type PublishReport, publishArticles } from './publish-articles.ts';
import type { ArticleProblem } from './read-article.ts';
import { readArticles } from './read-articles.ts';

const usage = `Usage: npm run ingest -- [--check] [--recreate] [FOLDER...]
  Publishes Markdown articles into the knowledge index: what changed, and what disappeared. Without a folder: the built-in articles.
  --check     only reads and validates; writes nothing
  --recreate  publishes everything again`;

/** Publishes or checks folders of articles; resolves to the exit code: 1 where a file was refused. */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      check: { type: 'boolean', default: false },
      recreate: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    print(usage);
    return 0;
  }
  const config = await readSettings(readEnvironment());
  const builtIn = `${config.knowledgeDirectory}/articles`;
  const folders = positionals.length === 0 ? [builtIn] : positionals;
  let refused = 0;
  for (const folder of folders) {
    if (values.check) {
      const { articles, problems } = await readArticles(folder);
      print(`${folder}: ${articles.length} articles are fine, ${problems.length} problems`);
      printProblems(problems);
      refused += problems.length;
      continue;
    }
    const core = await openCore(config);
    try {
      const report = await publishArticles(folder, {
        index: core.index,
        collection: folder === builtIn ? 'articles' : folder,
        recreate: values.recreate,
        ...(core.embeddings === undefined ? {} : { embeddings: core.embeddings }),
      });
      printReport(folder, report);
      refused += report.refused.length;
    } finally {
      await core.close();
    }
  }
  return refused === 0 ? 0 : 1;
}

function printReport(folder: string, report: PublishReport): void {
  print(
    `${folder}: ${report.added.length} added, ${report.changed.length} changed, ${report.removed.length} removed, ${report.unchanged} unchanged, ${report.refused.length} problems`,
  );
  for (const id of report.added) print(`  added    ${id}`);
  for (const id of report.changed) print(`  changed  ${id}`);
  for (const id of report.removed) print(`  removed  ${id}`);
  printProblems(report.refused);
  if (report.embeddingFailure !== undefined)
    print(`  published for full text alone: ${report.embeddingFailure.message}`);
}

function printProblems(problems: readonly ArticleProblem[]): void {
  for (const { file, line, message } of problems) print(`  refused  ${file}:${line}  ${message}`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}\n`);
  return 2;
});
