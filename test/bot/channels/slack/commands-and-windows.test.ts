import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  type SlackHost,
  startSlackHost,
  wordsIn,
} from '#test/helpers/slack-server/start-slack-host.ts';

const command = {
  command: '/mentor',
  user_id: 'U0ADA',
  team_id: 'T0WORK',
  channel_id: 'C0GENERAL',
  channel_name: 'general',
  response_url: 'https://hooks.slack.com/commands/x',
};

describe('/mentor', () => {
  it('is answered in a new thread of the direct messages, and says so where it was written', async (t) => {
    const host = await startSlackHost(t);
    const response = await host.sender.command({
      ...command,
      text: 'what is RAG &amp; why?',
      trigger_id: '1',
    });
    assert.deepEqual(await response.json(), {
      response_type: 'ephemeral',
      text: 'I answer you in our direct messages, where only you can read it.',
    });
    await host.settle();
    const [root, ...replies] = host.slack.workspace.messages;
    assert.deepEqual([root?.channel, root?.text], ['D0ADA', '> what is RAG &amp; why?']);
    assert.ok(replies.every(({ threadTs }) => threadTs === root?.ts));
    assert.match(replies.map(wordsIn).join(), /Answer to "what is RAG & why\?"/);
    const posted = await host.say('and then?', root?.ts);
    assert.match(posted.map(wordsIn).join(), /Answer to "and then\?"/);
    assert.equal(host.harness.mentor.questions.at(-1)?.history.length, 2);
  });

  it('without words shows the help, and twice sent is answered once', async (t) => {
    const host = await startSlackHost(t);
    for (let time = 0; time < 2; time += 1)
      assert.equal(
        (await host.sender.command({ ...command, text: ' ', trigger_id: '2' })).status,
        200,
      );
    await host.settle();
    const helps = host.slack.workspace.messages.filter((message) =>
      /You can also write/.test(wordsIn(message)),
    );
    assert.equal(helps.length, 1);
  });

  it('tells the person where the direct message cannot be opened, and the operator why', async (t) => {
    const host = await startSlackHost(t, { scopes: ['chat:write', 'commands'] });
    await host.sender.command({ ...command, text: 'hi', trigger_id: '3' });
    await host.settle();
    assert.match(String(host.slack.workspace.ephemeral[0]?.['text']), /please try that once more/);
    assert.ok(host.logged.some(({ message }) => /lacks the scope im:write/.test(String(message))));
  });

  it('opens the form at once where it asks for it', async (t) => {
    const host = await startSlackHost(t);
    host.slack.workspace.triggers.add('4');
    await host.sender.command({ ...command, text: 'form', trigger_id: '4' });
    await host.settle();
    assert.equal(host.slack.workspace.views.length, 1);
  });
});

describe('the form', () => {
  const submission = (host: SlackHost, changes: object = {}, view: object = {}) => ({
    type: 'view_submission',
    user: { id: 'U0ADA', team_id: 'T0WORK' },
    team: { id: 'T0WORK' },
    view: {
      ...host.slack.workspace.views[0],
      state: { values: { background: { background: { value: 'nurse' } } } },
      ...view,
    },
    ...changes,
  });

  it('typed for comes as a message whose button opens it, filled with what is known', async (t) => {
    const host = await startSlackHost(t);
    await host.harness.profiles.put({
      userId: 'slack:T0WORK:U0ADA',
      background: 'backend',
      experienceLevel: 'senior',
      careerGoals: [],
      specificInterests: [],
      consent: { granted: true, at: '2026-01-01T00:00:00Z' },
      updatedAt: '2026-01-01T00:00:00Z',
    });
    const message = (await host.say('form')).at(-1);
    assert(message);
    assert.match(wordsIn(message), /Open the form/);
    await host.press(message, 'Open the form');
    const fields = JSON.stringify(host.slack.workspace.views[0]?.blocks);
    assert.match(fields, /"initial_value":"backend"/);
    assert.match(fields, /"initial_option":\{"text":\{"type":"plain_text","text":"Senior"\}/);
  });

  it('comes as a message again where the press was too long ago', async (t) => {
    const host = await startSlackHost(t);
    const message = (await host.say('form')).at(-1);
    assert(message);
    host.slack.fail('views.open', { error: 'expired_trigger_id' }, { times: 1 });
    const again = (await host.press(message, 'Open the form')).at(-1);
    assert(again);
    assert.match(wordsIn(again), /Open the form/);
    await host.press(again, 'Open the form');
    assert.equal(host.slack.workspace.views.length, 1);
  });

  it('counts for whom it was opened alone', async (t) => {
    const host = await startSlackHost(t);
    const message = (await host.say('form')).at(-1);
    assert(message);
    await host.press(message, 'Open the form');
    const before = host.slack.workspace.messages.length;
    const foreign = [
      submission(host, { user: { id: 'U0BEN', team_id: 'T0WORK' } }),
      submission(host, { team: { id: 'T0OTHER' } }),
      submission(host, {}, { private_metadata: 'not json' }),
      submission(
        host,
        {},
        { private_metadata: '{"conversationId":"T0WORK:D0BEN","userId":"T0WORK:U0ADA"}' },
      ),
      submission(host, {}, { callback_id: 'somebody-elses' }),
    ];
    for (const payload of foreign)
      assert.equal((await host.sender.interaction(payload)).status, 200);
    await host.settle();
    assert.equal(host.slack.workspace.messages.length, before);
    for (let time = 0; time < 2; time += 1) await host.sender.interaction(submission(host));
    await host.settle();
    const profiles = host.slack.workspace.messages.filter((posted) =>
      /nurse/.test(wordsIn(posted)),
    );
    assert.equal(profiles.length, 1, 'sent twice it counts once');
  });
});

describe('feedback', () => {
  it('in the person’s own words comes through a window', async (t) => {
    const host = await startSlackHost(t);
    const [, answer] = await host.say('How do I start?');
    assert(answer);
    const [why] = await host.press(answer, 'This did not help');
    assert(why);
    await host.press(why, 'In my own words');
    await host.slack.called('views.open');
    const [window] = host.slack.workspace.views;
    assert.equal(window?.title.text, 'Your feedback');
    await host.sender.interaction({
      type: 'view_submission',
      user: { id: 'U0ADA', team_id: 'T0WORK' },
      team: { id: 'T0WORK' },
      view: { ...window, state: { values: { words: { words: { value: 'It misses my level' } } } } },
    });
    await host.settle();
    const { messages } = await host.harness.conversations.listMessages(
      `slack:T0WORK:D0ADA:${answer.threadTs}`,
      { limit: 5 },
    );
    assert.equal(messages.at(-1)?.feedback?.reason, 'It misses my level');
  });

  it('from a button of an older version is explained, not taken', async (t) => {
    const host = await startSlackHost(t);
    const [, answer] = await host.say('How do I start?');
    assert(answer);
    for (const action of [
      { action_id: 'old-button', value: 'x' },
      { action_id: 'submit-0', value: '{"command":"gone"}' },
      { action_id: 'feedback', value: '{"command":"feedback","reaction":"love","answerId":"1"}' },
    ]) {
      const before = host.slack.workspace.messages.length;
      await host.sender.interaction({
        type: 'block_actions',
        user: { id: 'U0ADA', team_id: 'T0WORK' },
        team: { id: 'T0WORK' },
        trigger_id: action.value,
        channel: { id: 'D0ADA' },
        message: { ts: answer.ts, thread_ts: answer.threadTs },
        actions: [{ ...action, block_id: 'x', action_ts: '1.1' }],
      });
      await host.settle();
      const [reply] = host.slack.workspace.messages.slice(before);
      assert.match(wordsIn(reply), /belongs to something that is over/);
    }
  });
});
