import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { z } from 'zod';
import { createTemporaryFolder } from '#test/services/database/temporary-database.ts';
import { readRecords } from './read-records.ts';

const schema = z.object({ id: z.number() });

function withFile(text: string, use: (file: string) => void): void {
  const folder = createTemporaryFolder();
  const file = join(folder.path, 'records.jsonl');
  writeFileSync(file, text);
  try {
    use(file);
  } finally {
    folder.remove();
  }
}

it('reads one object a line and passes over empty lines', () => {
  withFile('{"id":1}\n\n{"id":2}\n', (file) =>
    assert.deepEqual(readRecords(file, schema), [{ id: 1 }, { id: 2 }]),
  );
});

it('names the line that is not as the schema says, and the one that is no JSON', () => {
  for (const bad of ['{"id":"one"}', '{"id":'])
    withFile(`{"id":1}\n${bad}\n`, (file) =>
      assert.throws(() => readRecords(file, schema), /records\.jsonl:2/),
    );
});
