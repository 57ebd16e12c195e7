import { parseArgs } from 'node:util';
import { type Core, openCore } from '#composition/core.ts';
import { type KnowledgeSource, openKnowledgeSources } from '#composition/knowledge-sources.ts';
import { readEnvironment, readSettings } from '#composition/settings.ts';
import { print, printLost, printProblems, printReport } from './print-report.ts';
import { openProgressBar } from './progress-bar.ts';
import { publishArticles } from './publish-articles.ts';
import { listDocuments, readDocuments } from './read-documents.ts';
import type { ArticleProblem } from './read-fields.ts';

const usage = `Usage: npm run ingest -- [--check] [--recreate] [SOURCE...]
  Makes the knowledge index hold what stands in the sources: what is new, what changed, and no more what disappeared.
  SOURCE      a folder, az://CONTAINER[/FOLDER], or https://ACCOUNT.blob.core.windows.net/CONTAINER[/FOLDER].
              Without one: the built-in articles, and the container AZURE_STORAGE_KNOWLEDGE_CONTAINER.
              Read are .md, .html, .pdf, .docx and .txt.
  --check     only reads and validates; writes nothing
  --recreate  begins the index anew and publishes everything again; name all your sources with it
Ends with 0, with 1 where a document was left out, with 2 where a source or the index failed.`;

/** Publishes or checks sources of documents; resolves to the exit code. */
async function main(): Promise<number> {
  const options = readArguments();
  if (options === undefined || options.help) {
    print(usage);
    return options === undefined ? 2 : 0;
  }
  const config = await readSettings(readEnvironment());
  const sources = await openKnowledgeSources(config, options.sources);
  if (options.check) return await check(sources);
  const core = await openCore(config);
  try {
    return await publish(sources, core, options.recreate);
  } finally {
    await core.close();
  }
}

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        check: { type: 'boolean', default: false },
        recreate: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    /** What a shell makes of a variable that is not set; taken for a path it would be the working folder. */
    if (positionals.some((source) => source.trim() === ''))
      throw new Error('One of the sources has no name. Is a variable of the command not set?');
    return { ...values, sources: positionals };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n`);
    return undefined;
  }
}

async function check(sources: readonly KnowledgeSource[]): Promise<number> {
  let refused = 0;
  for (const { source, isCurated } of sources) {
    const { documents, ...listed } = await listDocuments(source, { isCurated });
    const problems: ArticleProblem[] = [...listed.problems];
    const progress = await openProgressBar(source.name);
    let read = 0;
    for await (const result of readDocuments(source, documents, { isCurated })) {
      if (result.kind === 'refused') problems.push(...result.problems);
      read += 1;
      progress.show(read, documents.length);
    }
    progress.close();
    refused += problems.length;
    print(`${source.name}: ${documents.length} documents, ${problems.length} problems`);
    printProblems(problems);
  }
  return refused === 0 ? 0 : 1;
}

async function publish(
  sources: readonly KnowledgeSource[],
  { index, embeddings, prepareIndex }: Core,
  recreate: boolean,
): Promise<number> {
  /** An index that was made for something else may not even list what it holds. */
  const before = recreate ? await index.listDocuments().catch(() => []) : [];
  await prepareIndex({ recreate });
  let refused = 0;
  for (const { source, ...rest } of sources) {
    const progress = await openProgressBar(source.name);
    const report = await publishArticles(source, {
      ...rest,
      index,
      recreate,
      onProgress: progress.show,
      ...(embeddings === undefined ? {} : { embeddings }),
    }).finally(progress.close);
    printReport(source.name, report);
    refused += report.refused.length;
  }
  if (before.length > 0) printLost(before, await index.listDocuments());
  return refused === 0 ? 0 : 1;
}

/** Whoever reads the report may leave, as `| head` does: the documents are published all the same. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});
process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  return 2;
});
