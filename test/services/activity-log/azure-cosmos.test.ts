import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { afterEach, it } from 'node:test';
import { createCosmosActivityLog } from '#services/activity-log/azure-cosmos.ts';
import {
  describeActivityLog,
  makeLoggedActivity,
  makeLoggedConversation,
} from '#test/contracts/activity-log.contract.ts';
import type { RecordedRequest } from '#test/helpers/fault-proxy.ts';
import { useCosmosEmulator } from '#test/services/azure/cosmos-test-database.ts';

const cosmos = useCosmosEmulator();
afterEach(() => cosmos.proxy.heal());

const isBatch = ({ headers }: RecordedRequest) =>
  headers['x-ms-cosmos-is-batch-request'] === 'true';
const open = () => createCosmosActivityLog(cosmos.openDatabase({ timeoutMs: 1_500 }));

describeActivityLog('azure-cosmos', () =>
  cosmos.open((database) => createCosmosActivityLog(database)),
);

it('numbers what two replicas write at once without a gap and without a number twice', async () => {
  const databaseId = `test-${randomUUID()}`;
  const logs = [1, 2].map(() => createCosmosActivityLog(cosmos.openDatabase({ databaseId })));
  await logs[0]?.create(makeLoggedConversation('talk'));
  const write = async (log: (typeof logs)[number], replica: number) => {
    const sequences: number[] = [];
    for (let index = 0; index < 8; index += 1)
      sequences.push(await log.append('talk', makeLoggedActivity(`${replica} ${index}`)));
    return sequences;
  };
  const given = await Promise.all(logs.map(write));
  for (const sequences of given)
    assert.deepEqual(
      sequences,
      sequences.toSorted((a, b) => a - b),
    );
  const read = (await logs[1]?.readAfter('talk', 0)) ?? [];
  assert.deepEqual(
    read.map(({ sequence }) => sequence),
    Array.from({ length: 16 }, (_, index) => index + 1),
  );
  for (const { sequence, activity } of read) {
    const [replica, index] = activity.id.split(' ').map(Number);
    assert.equal(given[replica ?? 0]?.[index ?? 0], sequence);
  }
});

it('begins a conversation once that two replicas begin', async () => {
  const databaseId = `test-${randomUUID()}`;
  const logs = [1, 2].map(() => createCosmosActivityLog(cosmos.openDatabase({ databaseId })));
  await Promise.all(logs.map((log) => log.create(makeLoggedConversation('talk'))));
  assert.equal((await logs[0]?.list('ada'))?.length, 1);
});

it('gives an activity its one number where the answer was lost and it is added again', async () => {
  const log = open();
  await log.create(makeLoggedConversation('talk'));
  cosmos.proxy.fail('answer-lost', { times: 1, when: isBatch });
  await assert.rejects(log.append('talk', makeLoggedActivity('a')), { code: 'data-unavailable' });
  assert.equal(await log.append('talk', makeLoggedActivity('a')), 1);
  assert.equal(await log.append('talk', makeLoggedActivity('b')), 2);
});

it('spends no number on an activity that the service refused', async () => {
  const log = open();
  await log.create(makeLoggedConversation('talk'));
  cosmos.proxy.fail({ status: 503 }, { times: 1, when: isBatch });
  await assert.rejects(log.append('talk', makeLoggedActivity('a')), { code: 'data-unavailable' });
  assert.equal(await log.append('talk', makeLoggedActivity('b')), 1);
});

it('replaces an activity by one of another id, unless that id is taken', async () => {
  const log = open();
  await log.create(makeLoggedConversation('talk'));
  for (const id of ['a', 'b']) await log.append('talk', makeLoggedActivity(id));
  assert.equal(await log.replace('talk', 'a', makeLoggedActivity('c')), true);
  await assert.rejects(log.replace('talk', 'c', makeLoggedActivity('b')), {
    code: 'request-invalid',
  });
  assert.deepEqual(
    (await log.readAfter('talk', 0)).map(({ sequence, activity }) => [sequence, activity.id]),
    [
      [1, 'c'],
      [2, 'b'],
    ],
  );
});

it('keeps a conversation so many days after it last went on', async () => {
  const log = createCosmosActivityLog(cosmos.openDatabase(), { retentionDays: 7 });
  await log.create(makeLoggedConversation('talk'));
  await log.append('talk', makeLoggedActivity('a'));
  await log.replace('talk', 'a', makeLoggedActivity('a', 'better'));
  await cosmos.emulator.expire(6 * 86_400);
  assert.equal((await log.readAfter('talk', 0)).length, 1);
  await cosmos.emulator.expire(8 * 86_400);
  assert.equal(await log.get('talk'), undefined);
  assert.deepEqual(await log.readAfter('talk', 0), []);
});
