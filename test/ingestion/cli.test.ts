import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { openBlobContainer } from '#services/azure/blob-container.ts';
import { createAzureAiSearchIndex } from '#services/knowledge-index/azure-ai-search.ts';
import { startAiSearchServer } from '#test/helpers/ai-search-server.ts';
import { startAzurite } from '#test/helpers/azurite.ts';
import { makePdf } from '#test/helpers/make-pdf.ts';
import { runIngest } from '#test/helpers/run-ingest.ts';
import { createTemporaryFolder } from '#test/services/database/temporary-database.ts';

const words = 'Mentors meet their mentees every second week for an hour.';

function makeFolder(t: TestContext) {
  const folder = createTemporaryFolder();
  t.after(() => folder.remove());
  const documents = join(folder.path, 'handbook');
  mkdirSync(documents);
  return {
    documents,
    write: (name: string, content: string | Uint8Array) =>
      writeFileSync(join(documents, name), content),
    remove: (name: string) => rmSync(join(documents, name)),
    dataFolder: join(folder.path, 'data'),
    environment: { DATA_DIR: join(folder.path, 'data') },
  };
}

test('whoever reads the report may leave: the documents are published all the same', async (t) => {
  const { documents, write, environment } = makeFolder(t);
  for (const name of ['one', 'two', 'three']) write(`${name}.txt`, words);
  const child = spawn(process.execPath, ['ingestion/cli.ts', documents], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], ...environment },
  });
  child.stdout.destroy();
  const [errors] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  assert.equal(errors, '');
  assert.equal(child.exitCode, 0);
  assert.match((await runIngest([documents], environment)).output, /3 unchanged/);
});

test('a knowledge folder that is none is named with its setting', async (t) => {
  const { documents, environment } = makeFolder(t);
  const wrong = { ...environment, KNOWLEDGE_DIR: documents };
  for (const words of [[], ['--check']]) {
    const { exitCode, errors } = await runIngest(words, wrong);
    assert.equal(exitCode, 2);
    assert.match(errors, /^KNOWLEDGE_DIR: .* holds no knowledge[^\n]*\n$/);
  }
});

test('a folder is published, and each run tells what it changed', async (t) => {
  const { documents, write, remove, environment } = makeFolder(t);
  write('mentoring.pdf', makePdf([[words]]));
  write('leave.txt', words);
  write('logo.png', 'x');
  assert.deepEqual(await runIngest([documents], environment), {
    exitCode: 0,
    output: [
      `${documents}: 2 added, 0 changed, 0 removed, 0 unchanged, 0 refused`,
      '  added    handbook-leave-txt',
      '  added    handbook-mentoring-pdf',
      '  1 file of other kinds left alone\n',
    ].join('\n'),
    errors: '',
  });

  write('leave.txt', `${words} Always.`);
  write('torn.pdf', '%PDF-1.7\n');
  remove('mentoring.pdf');
  remove('logo.png');
  assert.deepEqual(await runIngest([documents], environment), {
    exitCode: 1,
    output: [
      `${documents}: 0 added, 1 changed, 1 removed, 0 unchanged, 1 refused`,
      '  changed  handbook-leave-txt',
      '  removed  handbook-mentoring-pdf',
      `  refused  ${documents}/torn.pdf  is damaged; save or export it anew\n`,
    ].join('\n'),
    errors: '',
  });
});

test('a check names what is wrong and writes nothing', async (t) => {
  const { documents, write, dataFolder, environment } = makeFolder(t);
  write('fine.txt', words);
  write('own.md', '---\ntitle: Our own\naudience: [everybody]\n---\nWords.\n');
  const { exitCode, output } = await runIngest(['--check', documents], environment);
  assert.equal(exitCode, 1);
  assert.match(output, /: 2 documents, 1 problems\n {2}refused {2}.*own\.md:3 {2}audience\.0: /);
  assert.equal(existsSync(dataFolder), false);
});

test('what cannot be done at all ends with 2 and says why', async (t) => {
  const { documents, environment } = makeFolder(t);
  for (const [source, message] of [
    [`${documents}/nowhere`, /nowhere: it is not there/],
    ['az://guides', /az:\/\/guides needs to know the storage account: set AZURE_STORAGE/],
    ['--recrate', /Unknown option '--recrate'/],
  ] as const) {
    const { exitCode, errors } = await runIngest([source], environment);
    assert.equal(exitCode, 2);
    assert.match(errors, message);
    assert.doesNotMatch(errors, /\n\s+at /);
  }
});

test('the container that the settings name is published beside the articles, and followed', async (t) => {
  const { environment } = makeFolder(t);
  const azurite = await startAzurite();
  t.after(() => azurite.close());
  const { connectionString } = azurite;
  const containerName = `knowledge-${randomUUID()}`;
  const container = openBlobContainer({ access: { connectionString }, containerName });
  const upload = (name: string, content: string | Uint8Array) =>
    container.run('writing to', (client) =>
      client.getBlockBlobClient(name).uploadData(Buffer.from(content)),
    );
  const settings = {
    ...environment,
    AZURE_STORAGE_CONNECTION_STRING: connectionString,
    AZURE_STORAGE_KNOWLEDGE_CONTAINER: containerName,
  };
  await upload('people/mentoring.pdf', makePdf([[words]]));
  await upload('leave.html', `<p>${words}</p>`);

  const first = await runIngest([], settings);
  assert.equal(first.exitCode, 0, first.errors);
  assert.match(first.output, /^knowledge\/articles: 1\d\d added, 0 changed/);
  assert.match(first.output, new RegExp(`${containerName}: 2 added, 0 changed, 0 removed`));

  await upload('leave.html', `<p>${words} Always.</p>`);
  await container.run('deleting from', (client) => client.deleteBlob('people/mentoring.pdf'));
  await upload('torn.docx', 'no document');
  const second = await runIngest([`az://${containerName}`], settings);
  assert.equal(second.exitCode, 1);
  assert.match(second.output, /: 0 added, 1 changed, 1 removed, 0 unchanged, 1 refused\n/);
  assert.match(second.output, /torn\.docx {2}holds no Word document/);

  const url = `${azurite.accountUrl}/${containerName}`;
  const third = await runIngest([url], settings);
  assert.match(third.output, /: 0 added, 0 changed, 0 removed, 1 unchanged, 1 refused\n/);
});

test('an index that was made for something else is begun anew only where that is asked for', async (t) => {
  const { documents, write, environment } = makeFolder(t);
  const server = await startAiSearchServer();
  t.after(() => server.close());
  const settings = {
    ...environment,
    AZURE_SEARCH_ENDPOINT: server.endpoint,
    AZURE_SEARCH_API_KEY: server.adminKey,
    AZURE_SEARCH_INDEX: 'own-index',
    EMBEDDING_DIMENSIONS: '8',
  };
  await createAzureAiSearchIndex({
    endpoint: server.endpoint,
    apiKey: server.adminKey,
    indexName: 'own-index',
    dimensions: 3,
    allowInsecureConnection: true,
    timeoutMs: 10_000,
  }).ensureIndex();
  write('leave.txt', words);

  const refused = await runIngest([documents], settings);
  assert.equal(refused.exitCode, 2);
  assert.match(refused.errors, /own-index was made for something else: .*--recreate/);

  const recreated = await runIngest(['--recreate', documents], settings);
  assert.equal(recreated.exitCode, 0, recreated.errors);
  assert.match(recreated.output, /: 1 added, 0 changed/);
  assert.match((await runIngest([documents], settings)).output, /: 0 added, .* 1 unchanged/);

  write('more.txt', words);
  rmSync(join(documents, 'leave.txt'));
  const other = `${documents}-2`;
  mkdirSync(other);
  const lost = await runIngest(['--recreate', other], settings);
  assert.match(
    lost.output,
    /The documents of .*handbook went with the old index; ingest it again\./,
  );
});

test('the embedded index too is begun anew where that is asked for', async (t) => {
  const { documents, write, environment } = makeFolder(t);
  write('leave.txt', words);
  await runIngest([documents], environment);
  const other = `${documents}-2`;
  mkdirSync(other);
  const lost = await runIngest(['--recreate', other], environment);
  assert.match(
    lost.output,
    /The documents of .*handbook went with the old index; ingest it again\./,
  );
  assert.match((await runIngest([documents], environment)).output, /: 1 added, 0 changed/);
});

test('a source without a name is a mistake of the command, not the working folder', async (t) => {
  const { environment } = makeFolder(t);
  const run = await runIngest([''], environment);
  assert.equal(run.exitCode, 2);
  assert.match(run.errors, /One of the sources has no name/);
});
