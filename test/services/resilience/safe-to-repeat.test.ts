import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Activity } from 'botbuilder';
import { MentorError } from '#errors.ts';
import { withActivityLogResilience } from '#services/activity-log/with-resilience.ts';
import { withBotStateResilience } from '#services/bot-state/with-resilience.ts';
import { withConversationResilience } from '#services/conversations/with-resilience.ts';
import { withProfileResilience } from '#services/profiles/with-resilience.ts';
import { createGuard } from '#services/resilience/guard.ts';
import { withTranscriptResilience } from '#services/transcripts/with-resilience.ts';

/** A port whose every call fails, under a guard that tries a second time where it may; counts the tries. */
function open<Port>(guardPort: (port: Port, guard: ReturnType<typeof createGuard>) => Port) {
  let tries = 0;
  const fail = async () => {
    tries += 1;
    throw new MentorError('data-unavailable', 'away');
  };
  const port = new Proxy({}, { get: () => fail }) as Port;
  const guard = createGuard({
    name: 'store',
    code: 'data-unavailable',
    timeoutMs: 5_000,
    retries: 1,
    firstRetryMs: 1,
    failuresToOpen: 100,
  });
  const guarded = guardPort(port, guard);
  return async (call: (port: Port) => unknown): Promise<number> => {
    tries = 0;
    await assert.rejects(async () => call(guarded));
    return tries;
  };
}

describe('a call whose answer may be lost', () => {
  it('is repeated for conversations and profiles, where doing it twice does it once', async () => {
    const conversations = open(withConversationResilience);
    const turn = { id: 't', sessionId: 't', userId: 'u', channel: 'web', userContext: {} };
    assert.equal(await conversations((store) => store.appendTurn(turn, [])), 2);
    assert.equal(await conversations((store) => store.deleteUser('u')), 2);
    const profiles = open(withProfileResilience);
    assert.equal(await profiles((store) => store.delete('u')), 2);
  });

  it('is repeated for the activity log, but where the second try would deny the first', async () => {
    const tries = open(withActivityLogResilience);
    const activity = { id: 'a' };
    assert.equal(await tries((log) => log.append('t', activity)), 2);
    assert.equal(await tries((log) => log.replace('t', 'a', activity)), 2);
    assert.equal(await tries((log) => log.replace('t', 'b', activity)), 1);
    assert.equal(await tries((log) => log.replace('t', 'a', undefined)), 1);
  });

  it('is repeated for bot state, but not under an eTag', async () => {
    const tries = open(withBotStateResilience);
    assert.equal(await tries((storage) => storage.read(['a'])), 2);
    assert.equal(await tries((storage) => storage.write({ a: {}, b: { eTag: '*' } })), 2);
    assert.equal(await tries((storage) => storage.write({ a: {}, b: { eTag: '7' } })), 1);
  });

  it('is repeated for transcripts where id and time tell the activity', async () => {
    const tries = open(withTranscriptResilience);
    const activity = { id: 'a', timestamp: new Date() } as Activity;
    assert.equal(await tries((store) => store.logActivity(activity)), 2);
    assert.equal(await tries((store) => store.logActivity({ ...activity, id: '' })), 1);
    assert.equal(await tries((store) => store.deleteTranscript('web', 't')), 2);
  });
});
