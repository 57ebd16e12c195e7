import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSessionOnly } from '#bot/session-only.ts';
import { readAge } from '#mentor/read-age.ts';
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

test('a session of somebody under age says when it goes, however they said their age', async () => {
  const isUnderAge = (text: string) => (readAge(text) ?? 99) < 16;
  const answerQuestion = withAgeRules(scriptedMentor().answerQuestion, {
    minimumAge: 16,
    isCrisis: isScriptedCrisis,
    newId: () => 'fixed-1',
  });
  const sessionOnly = createSessionOnly({
    logger: silentLogger,
    personalData: { deleteAll: async () => undefined },
  });
  const host = await startApi({ changes: { answerQuestion, sessionOnly, isUnderAge } });
  try {
    const hoursLeft = async (person: string, sessionId: string) => {
      const response = await host.call('GET', `/api/v1/chat/session/${sessionId}`, { person });
      const { expiresAt } = (await response.json()) as { expiresAt: string };
      return (Date.parse(expiresAt) - Date.now()) / 3_600_000;
    };
    const isWithinTheHour = (hours: number) => hours > 0.9 && hours <= 1;
    const [first, second] = [
      await beginSession(host, { person: 'kim' }),
      await beginSession(host, { person: 'kim' }),
    ];
    assert.ok((await hoursLeft('kim', first)) > 24 * 364);
    const body = { sessionId: first, message: 'I am 14. What is machine learning?' };
    await host.call('POST', '/api/v1/chat/message', { person: 'kim', body });
    assert.ok(isWithinTheHour(await hoursLeft('kim', first)));
    // All that is theirs goes at once.
    assert.ok(isWithinTheHour(await hoursLeft('kim', second)));

    const told = await host.call('POST', '/api/v1/chat/session', {
      person: 'lee',
      body: { userContext: { background: "I'm in 8th grade" } },
    });
    const { expiresAt } = (await told.json()) as { expiresAt: string };
    assert.ok(isWithinTheHour((Date.parse(expiresAt) - Date.now()) / 3_600_000));

    const adult = await beginSession(host, { person: 'max' });
    assert.ok((await hoursLeft('max', adult)) > 24 * 364);
    const change = { userContext: { careerGoals: ['I am 14 and want to build games'] } };
    await host.call('PATCH', `/api/v1/chat/session/${adult}`, { person: 'max', body: change });
    assert.ok(isWithinTheHour(await hoursLeft('max', adult)));
  } finally {
    await sessionOnly.close();
    await host.close();
  }
});
