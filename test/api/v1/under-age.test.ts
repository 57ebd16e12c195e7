import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSessionOnly } from '#bot/session-only.ts';
import { withAgeRules } from '#mentor/with-age-rules.ts';
import { isScriptedCrisis, scriptedMentor } from '#test/helpers/scripted-mentor.ts';
import { silentLogger } from '#test/helpers/silent-logger.ts';
import { beginSession, startApi } from '#test/helpers/start-api.ts';

test('of somebody under age nothing is left once their session is over', async () => {
  const deleted: string[] = [];
  const sessionOnly = createSessionOnly({
    logger: silentLogger,
    personalData: {
      deleteAll: async (person) => void deleted.push(JSON.stringify(person)),
    },
  });
  const answerQuestion = withAgeRules(scriptedMentor().answerQuestion, {
    minimumAge: 16,
    isCrisis: isScriptedCrisis,
    newId: () => 'fixed-1',
  });
  const host = await startApi({ changes: { answerQuestion, sessionOnly } });
  try {
    const ask = async (person: string, message: string) => {
      const sessionId = await beginSession(host, { person });
      const response = await host.call('POST', '/api/v1/chat/message', {
        person,
        body: { sessionId, message },
      });
      return (await response.json()) as { notice?: string; state: string };
    };
    const answer = await ask('kim', 'I am 14. What is machine learning?');
    assert.match(answer.notice ?? '', /parent/);
    assert.doesNotMatch(
      (await ask('lee', 'I am 34. What is machine learning?')).notice ?? '',
      /parent/,
    );
    await sessionOnly.close();
    assert.deepEqual(deleted, [
      '{"userKey":"api:local-kim","channelId":"api","userId":"local-kim"}',
    ]);
  } finally {
    await host.close();
  }
});
