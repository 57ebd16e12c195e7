import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openAuditLog } from '#composition/audit-log.ts';

const entry = {
  at: '2026-11-23T10:00:00.000Z',
  administrator: 'person-1',
  account: 'account-1',
  action: 'listAlerts',
  about: {},
  requestId: 'request-1',
};

test('what an administrator does stands in the file and in the log', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'career-mentor-audit-'));
  const logged: object[] = [];
  try {
    const log = openAuditLog(
      { dataDirectory: folder },
      { info: (details) => void logged.push(details) },
    );
    await log.record(entry);
    assert.deepEqual(JSON.parse(readFileSync(join(folder, 'audit.jsonl'), 'utf8')), entry);
    assert.deepEqual(logged, [{ audit: entry }]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('what cannot be kept is not told as if it were done', async () => {
  const logged: object[] = [];
  const log = openAuditLog(
    { dataDirectory: '/nowhere/at/all' },
    { info: (details) => void logged.push(details) },
  );
  await assert.rejects(log.record(entry), { code: 'data-unavailable' });
  assert.deepEqual(logged, []);
});
