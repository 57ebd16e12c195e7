import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { publishAtStart } from '#composition/publish-at-start.ts';
import { MentorError } from '#errors.ts';

const away = new MentorError('search-unavailable', 'away', { details: { reason: 'network' } });
const wrongKey = new MentorError('search-unavailable', 'AZURE_SEARCH_API_KEY is wrong', {
  details: { isRetryable: false },
});

function failing(...failures: readonly Error[]) {
  const logged: string[] = [];
  const log = (_details: object, text?: string) => void logged.push(text ?? '');
  let calls = 0;
  return {
    logged,
    logger: { error: log, info: log },
    calls: () => calls,
    publish: async () => {
      const failure = failures[calls];
      calls += 1;
      if (failure !== undefined) throw failure;
    },
  };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await turn();
}

test('articles are published once where the service answers', async () => {
  const { publish, logger, calls, logged } = failing();
  const publishing = await publishAtStart(publish, logger);
  publishing.stop();
  assert.equal(calls(), 1);
  assert.deepEqual(logged, []);
});

test('a service that is away hinders no start, and gets its articles when it is back', async () => {
  const { publish, logger, calls, logged } = failing(away, away);
  await publishAtStart(publish, logger, { retryMs: 1 });
  assert.equal(calls(), 1);
  await until(() => calls() === 3);
  await until(() => logged.length === 3);
  assert.deepEqual(logged, [
    'the articles could not be published; trying again',
    'the articles still cannot be published',
    'the articles are published: the search service is back',
  ]);
});

test('what waiting does not cure ends the start', async () => {
  const { publish, logger } = failing(wrongKey);
  await assert.rejects(publishAtStart(publish, logger), wrongKey);
  const damaged = failing(new Error('a bug'));
  await assert.rejects(publishAtStart(damaged.publish, damaged.logger), /a bug/);
});

test('nothing is tried after the program stops', async () => {
  const { publish, logger, calls } = failing(away, away);
  const publishing = await publishAtStart(publish, logger, { retryMs: 1 });
  publishing.stop();
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(calls(), 1);
});
