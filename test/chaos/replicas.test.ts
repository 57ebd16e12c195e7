import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { openCosmosDatabase } from '#services/azure/cosmos-database.ts';
import { createCosmosConversationStore } from '#services/conversations/azure-cosmos.ts';
import { startAmqpBroker } from '#test/helpers/amqp-broker.ts';
import { startAzurite } from '#test/helpers/azurite.ts';
import { startCosmosEmulator } from '#test/helpers/cosmos-emulator.ts';
import { createTestFolder } from '#test/helpers/start-bot-host.ts';
import { findFreePort, type Program, startProgram } from '#test/helpers/start-program.ts';
import { checkRecords } from './check-records.ts';
import { judgeEverybody } from './judge.ts';
import { openPeople, type Person, startOutsideChannels } from './people.ts';
import { startRoundRobinProxy } from './round-robin-proxy.ts';
import { questions } from './run-chaos.ts';

/** Every program writes warnings alone: what fails here says why. */
const quiet = { LOG_LEVEL: 'fatal' };
const settleWithinMs = 90_000;
/** A machine with much else to do takes its time. */
const readyWithinMs = 180_000;

/** Closes what a test opened, the last first: a program still needs its services to stop. */
function createCleanup(t: TestContext) {
  const closings: (() => Promise<unknown> | unknown)[] = [];
  t.after(async () => {
    for (const close of closings.toReversed()) await close();
  });
  return (close: () => Promise<unknown> | unknown): void => void closings.push(close);
}

/** Two replicas behind a proxy, with people who reach them through it alone. */
async function openReplicas(
  onEnd: ReturnType<typeof createCleanup>,
  start: (index: number) => Promise<Program>,
) {
  const programs: Program[] = [];
  const channels = await startOutsideChannels();
  onEnd(() => channels.close());
  onEnd(() => Promise.all(programs.map((program) => program.stop())));
  for (const index of [0, 1]) programs.push(await start(index));
  const proxy = await startRoundRobinProxy(programs.map(({ origin }) => origin));
  onEnd(() => proxy.close());
  const everybody = await openPeople(() => proxy.origin, channels, 3);
  return { programs, proxy, everybody };
}

/** Asks questions one after another until told otherwise; resolves to how many were not accepted. */
async function keepAsking(person: Person, origin: string, goesOn: () => boolean): Promise<number> {
  let failed = 0;
  for (let number = 0; goesOn(); number += 1) {
    const question = questions[number % questions.length] ?? '';
    if ((await person.ask(origin, question)) !== 'accepted') failed += 1;
    await wait(400);
  }
  return failed;
}

/** Waits until everything is answered, and asserts that it was so once. */
async function assertAnsweredOnce(everybody: readonly Person[], origin: string): Promise<void> {
  const look = () => judgeEverybody(everybody, () => origin);
  const giveUpAt = performance.now() + settleWithinMs;
  // Who reads while the machine is busy may be told to come again.
  const isAnswered = async () => (await look()).verdict.lost === 0;
  while (performance.now() < giveUpAt && !(await isAnswered().catch(() => false))) await wait(250);
  const { verdict, offences } = await look();
  assert.deepEqual(offences, []);
  assert.equal(verdict.answered, verdict.accepted);
  assert.equal(verdict.sentAgain, 0);
}

/** Reads until nothing is wrong or the time is over: a turn is kept after its answer was sent. */
async function untilRight<Wrong>(find: () => Promise<readonly Wrong[]>): Promise<readonly Wrong[]> {
  const giveUpAt = performance.now() + settleWithinMs;
  for (;;) {
    const wrong = await find();
    if (wrong.length === 0 || performance.now() > giveUpAt) return wrong;
    await wait(250);
  }
}

test('two replicas on one machine share its files: whichever a request meets, every turn is answered once', async (t) => {
  const dataFolder = await createTestFolder(t);
  const { proxy, everybody } = await openReplicas(createCleanup(t), () =>
    startProgram({ dataFolder, environment: quiet, readyWithinMs }),
  );
  let left = everybody.length * 3;
  const goesOn = () => {
    left -= 1;
    return left >= 0;
  };
  const failed = await Promise.all(
    everybody.map((person) => keepAsking(person, proxy.origin, goesOn)),
  );
  assert.deepEqual(proxy.failures, []);
  assert.deepEqual(new Set(failed), new Set([0]));
  await assertAnsweredOnce(everybody, proxy.origin);
  assert.equal(proxy.served.size, 2);
  const asked = everybody.flatMap((person) => person.asked);
  assert.deepEqual(await untilRight(async () => checkRecords(dataFolder, asked)), []);
});

test('replicas that share nothing but services are updated one after another under load, and no request fails', async (t) => {
  const onEnd = createCleanup(t);
  const broker = await startAmqpBroker();
  onEnd(() => broker.close());
  const cosmos = await startCosmosEmulator();
  onEnd(() => cosmos.close());
  const azurite = await startAzurite();
  onEnd(() => azurite.close());
  const environment = {
    ...quiet,
    SERVICE_BUS_CONNECTION: broker.connectionString,
    AZURE_COSMOS_ENDPOINT: cosmos.endpoint,
    AZURE_COSMOS_KEY: cosmos.key,
    AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString,
  };
  const signingKey = randomBytes(32);
  const replicas = await Promise.all(
    [0, 1].map(async () => {
      const dataFolder = await createTestFolder(t);
      await writeFile(join(dataFolder, 'signing-key'), signingKey);
      return { dataFolder, port: await findFreePort(), environment, readyWithinMs };
    }),
  );
  const start = (index: number) => {
    const replica = replicas[index];
    assert.ok(replica);
    return startProgram(replica);
  };
  const { programs, proxy, everybody } = await openReplicas(onEnd, start);
  let isUpdating = true;
  const asking = everybody.map((person) => keepAsking(person, proxy.origin, () => isUpdating));
  for (const index of programs.keys()) {
    assert.equal(await programs[index]?.stop(), 0);
    programs[index] = await start(index);
  }
  isUpdating = false;
  const failed = await Promise.all(asking);
  assert.deepEqual(proxy.failures, []);
  assert.deepEqual(new Set(failed), new Set([0]));
  await assertAnsweredOnce(everybody, proxy.origin);
  assert.equal(proxy.served.size, 2);

  const database = openCosmosDatabase({
    endpoint: cosmos.endpoint,
    access: { key: cosmos.key },
    databaseId: 'career-mentor',
  });
  onEnd(() => database.close());
  const conversations = createCosmosConversationStore(database);
  const countRight = async ({ asked }: Person) => {
    const key = asked[0]?.conversationKey ?? '';
    const { messages } = await conversations.listMessages(key, { limit: 200 });
    const ids = messages.map(({ messageId }) => messageId);
    const isEachOnce = asked.every(
      ({ activityId }) => ids.filter((id) => id === activityId).length === 1,
    );
    return isEachOnce && messages.length === 2 * asked.length ? [] : [{ key, ids }];
  };
  assert.deepEqual(
    await untilRight(async () => (await Promise.all(everybody.map(countRight))).flat()),
    [],
  );
});
