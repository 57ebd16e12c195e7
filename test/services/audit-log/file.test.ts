import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createFileAuditLog } from '#services/audit-log/file.ts';
import { createTemporaryFolder } from '#test/services/database/temporary-database.ts';

const entry = {
  at: '2026-11-23T10:00:00.000Z',
  administrator: 'user-1',
  account: 'root',
  action: 'listAlerts',
  about: { text: 'two\nlines' },
  requestId: 'r',
};

test('what administrators did is kept in order, a line each, for its owner alone', async () => {
  const folder = createTemporaryFolder();
  const path = join(folder.path, 'audit.jsonl');
  const log = createFileAuditLog(path);
  await log.record(entry);
  await createFileAuditLog(path).record({ ...entry, action: 'clearCache' });
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  assert.deepEqual(
    lines.map((line) => JSON.parse(line)),
    [entry, { ...entry, action: 'clearCache' }],
  );
  assert.equal(statSync(path).mode & 0o077, 0);
  folder.remove();
});

test('what cannot be kept rejects', async () => {
  const folder = createTemporaryFolder();
  await assert.rejects(createFileAuditLog(join(folder.path, 'gone', 'audit.jsonl')).record(entry), {
    code: 'data-unavailable',
  });
  folder.remove();
});
