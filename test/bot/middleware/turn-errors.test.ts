import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createTurnErrorHandler } from '#bot/middleware/turn-errors.ts';
import { setTurnSignal } from '#bot/turn-keys.ts';
import { MentorError } from '#errors.ts';
import { plainCapabilities, RecordingAdapter } from '#test/helpers/recording-adapter.ts';

function failingAdapter(error: Error, clearDialog: () => Promise<void> = async () => {}) {
  const logged: Record<string, unknown>[] = [];
  const adapter = new RecordingAdapter(plainCapabilities);
  adapter.onTurnError = createTurnErrorHandler({
    logger: { error: (fields: unknown) => void logged.push(fields as Record<string, unknown>) },
    clearDialog,
  });
  const fail = (activity: object = { type: 'message', text: 'x' }) =>
    adapter.receive(activity, async () => {
      throw error;
    });
  return { adapter, logged, fail };
}

describe('a turn that throws', () => {
  it('says the error’s own sentence with the reference that the log has', async () => {
    const { adapter, logged, fail } = failingAdapter(new MentorError('data-unavailable', 'locked'));
    await fail();
    const reference = String(logged[0]?.['reference']);
    assert.match(reference, /^[0-9a-f]{8}$/);
    assert.equal(
      adapter.sent[0]?.text,
      `I cannot reach my notes just now; please try again in a minute. (reference ${reference})`,
    );
    assert.equal(logged[0]?.['code'], 'data-unavailable');
  });

  it('tells the person even when the dialog cannot be ended, and survives when it cannot tell them', async () => {
    const { adapter, logged, fail } = failingAdapter(new Error('boom'), async () => {
      throw new Error('state down');
    });
    await fail();
    assert.equal(adapter.sent.length, 1);
    adapter.refuse = () => true;
    await fail();
    assert.equal(logged.length, 5);
  });

  it('writes nothing into the chat for an invoke', async () => {
    const { adapter, fail } = failingAdapter(new Error('boom'));
    await fail({ type: 'invoke', name: 'x' });
    assert.deepEqual(adapter.sent, []);
  });

  it('rejects again when it was stopped on purpose, so that it can run once more', async () => {
    const { adapter, fail } = failingAdapter(new Error('stopped'));
    adapter.prepare = (context) => setTurnSignal(context, AbortSignal.abort());
    await assert.rejects(fail(), /stopped/);
    assert.deepEqual(adapter.sent, []);
  });
});
