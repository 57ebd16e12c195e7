import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Activity, TurnContext } from 'botbuilder';
import { capabilitiesOf } from '#bot/capabilities.ts';
import { TerminalAdapter, terminalCapabilities } from '#bot/channels/terminal/terminal-adapter.ts';

function openTerminal(isInteractive: boolean) {
  let written = '';
  const output = {
    isInteractive,
    write(text: string) {
      written += text;
    },
  };
  const identity = { userId: 'ana', conversationId: 'c1' };
  return { adapter: new TerminalAdapter(output, identity), written: () => written };
}

function typing(text: string, streamType: 'informative' | 'streaming'): Partial<Activity> {
  return { type: 'typing', text, channelData: { streamType } };
}

async function send(adapter: TerminalAdapter, ...activities: Partial<Activity>[]): Promise<void> {
  await adapter.runTurn('hi', async (context) => {
    for (const activity of activities) await context.sendActivity(activity);
  });
}

test('a message becomes an activity of this person in this conversation, each with an id of its own', async () => {
  const { adapter } = openTerminal(true);
  const seen: Activity[] = [];
  const keep = async (context: TurnContext) => {
    seen.push(context.activity);
    assert.equal(capabilitiesOf(context), terminalCapabilities);
  };
  await adapter.runTurn('How do I start?', keep);
  await adapter.runTurn('And then?', keep);
  const [first, second] = seen;
  assert.equal(first?.type, 'message');
  assert.equal(first?.text, 'How do I start?');
  assert.equal(first?.from.id, 'ana');
  assert.equal(first?.conversation.id, 'c1');
  assert.equal(first?.channelId, 'terminal');
  assert.notEqual(first?.id, second?.id);
});

test('a conversation begins as the framework has it: the person is added', async () => {
  const { adapter } = openTerminal(true);
  await adapter.runTurn(undefined, async ({ activity }) => {
    assert.equal(activity.type, 'conversationUpdate');
    assert.ok(activity.membersAdded?.some((member) => member.id === 'ana'));
  });
});

test('in a terminal the status is replaced by the text, which grows in place', async () => {
  const { adapter, written } = openTerminal(true);
  await send(
    adapter,
    typing('Searching ...', 'informative'),
    typing('Start', 'streaming'),
    typing('Start small', 'streaming'),
    { type: 'message', text: 'Start small.' },
  );
  assert.equal(written(), '\r\u001B[2K\u001B[2mSearching ...\u001B[22m\r\u001B[2KStart small.\n\n');
});

test('a text that begins anew goes on below, whole', async () => {
  const { adapter, written } = openTerminal(true);
  await send(adapter, typing('I think', 'streaming'), {
    type: 'message',
    text: 'From the articles.',
  });
  assert.equal(written(), 'I think\n\nFrom the articles.\n\n');
});

test('in a pipe only what is final is written, without marks for a terminal', async () => {
  const { adapter, written } = openTerminal(false);
  await send(
    adapter,
    typing('Searching ...', 'informative'),
    typing('Start', 'streaming'),
    { type: 'typing' },
    { type: 'message', text: 'Start small.' },
    { type: 'message', text: 'Then more.' },
  );
  assert.equal(written(), 'Start small.\n\nThen more.\n\n');
});

test('what is offered is numbered, and forgotten with the next message of the person', async () => {
  const { adapter, written } = openTerminal(false);
  const actions = ['Why?', 'How?'].map((value) => ({ type: 'imBack', title: value, value }));
  await send(adapter, { type: 'message', text: 'So.', suggestedActions: { actions, to: [] } });
  assert.equal(written(), 'So.\n\n  1  Why?\n  2  How?\n\n');
  assert.deepEqual(adapter.offered, ['Why?', 'How?']);
  await adapter.runTurn('Why?', async () => {
    assert.deepEqual(adapter.offered, []);
  });
});

test('nothing that is sent can move the cursor or clear the screen', async () => {
  const { adapter, written } = openTerminal(true);
  await send(adapter, typing('a\u001B[2J', 'streaming'), {
    type: 'message',
    text: 'a\u001B[2J\u0007 end',
    suggestedActions: { to: [], actions: [{ type: 'imBack', title: '', value: 'x\u001B[A' }] },
  });
  assert.equal(written(), 'a[2J end\n\n  1  x[A\n\n');
});

test('other activities write nothing; a message without text ends its line', async () => {
  const { adapter, written } = openTerminal(true);
  await send(adapter, { type: 'trace', text: 'internal' }, { type: 'event', name: 'x' });
  assert.equal(written(), '');
  await send(adapter, { type: 'message' });
  assert.equal(written(), '\n\n');
});

test('an update is written anew, and what stands on the screen cannot be deleted', async () => {
  const { adapter, written } = openTerminal(false);
  await adapter.runTurn('hi', async (context) => {
    const sent = await context.sendActivity('One');
    await context.updateActivity({ type: 'message', id: sent?.id ?? '', text: 'Two' });
    await context.deleteActivity(sent?.id ?? '');
  });
  assert.equal(written(), 'One\n\nTwo\n\n');
});

test('the middleware sees every turn, one that the bot begins too', async () => {
  const { adapter, written } = openTerminal(false);
  const seen: string[] = [];
  adapter.use(async (context, next) => {
    seen.push(context.activity.type);
    await next();
  });
  await adapter.runTurn('hi', async () => {});
  const reference = { conversation: { id: 'c1', isGroup: false, conversationType: '', name: '' } };
  await adapter.continueConversation(reference, async (context) => {
    await context.sendActivity('Are you still there?');
  });
  assert.deepEqual(seen, ['message', 'event']);
  assert.equal(written(), 'Are you still there?\n\n');
});
