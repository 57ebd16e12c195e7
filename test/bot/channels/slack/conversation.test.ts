import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startSlackHost, wordsIn } from '#test/helpers/slack-server/start-slack-host.ts';

test('ten turns of a conversation, by typing, pressing and sending off a form', async (t) => {
  const host = await startSlackHost(t);
  const { slack, harness } = host;
  const { workspace } = slack;

  // 1: a question, in a thread of its own from the first message on.
  const [greeting, answer, offer] = await host.say('How do I start?');
  assert.match(wordsIn(greeting), /^Hello, I am Career Mentor, an AI\./);
  assert.match(wordsIn(answer), /^Answer to "How do I start\?" \[1\]\./);
  assert.match(
    wordsIn(answer),
    /\[1\] <https:\/\/mentor\.example\/articles\/career-backend-to-ai#what-transfers\|From backend to AI engineer>/,
  );
  assert.match(wordsIn(offer), /six short questions/);
  const thread = answer?.threadTs ?? '';
  assert.equal(thread, '1799999000.000001');
  assert.deepEqual(workspace.statuses[0]?.['status'], 'is searching 100 articles ...');

  // 2: a follow-up by its button; the thread shows what was asked.
  assert(answer && offer);
  const [echo, second] = await host.press(answer, 'What is evaluation?');
  assert.equal(echo?.text, '> What is evaluation?');
  assert.match(wordsIn(second), /^Answer to "What is evaluation\?"/);

  // 3: another one, typed into the thread; the mentor knows what was said.
  await host.say('and how long?', thread);
  assert.equal(harness.mentor.questions.at(-1)?.history.length, 4);

  // 4: the profile by the offered button, which then stands there as chosen.
  const asked = await host.press(offer, 'Tell you about me');
  assert.match(wordsIn(offer), /Chosen: \*Tell you about me\*/);
  const reason = asked.at(-1);
  assert.match(wordsIn(reason), /What brought you here\?/);
  assert(reason);

  // 5: the form: one press opens it.
  assert.deepEqual(await host.press(reason, 'Fill in a form'), []);
  const form = workspace.views[0];
  assert.equal(form?.title.text, 'About you');

  // 6: sending it off brings the profile, in the same thread.
  const submit = {
    type: 'view_submission',
    user: { id: 'U0ADA', team_id: workspace.teamId },
    team: { id: workspace.teamId },
    view: {
      ...form,
      state: {
        values: {
          background: { background: { type: 'plain_text_input', value: 'backend developer' } },
          experienceLevel: {
            experienceLevel: { type: 'static_select', selected_option: { value: 'senior' } },
          },
          hoursPerWeek: { hoursPerWeek: { type: 'plain_text_input', value: '6' } },
          reason: { reason: { type: 'plain_text_input', value: null } },
        },
      },
    },
  };
  const before = workspace.messages.length;
  assert.equal((await host.sender.interaction(submit)).status, 200);
  await host.settle();
  const [profile, check] = workspace.messages.slice(before);
  assert.match(wordsIn(profile), /About you\n\*Now\*\nbackend developer\n\*Level\*\nSenior/);
  assert.equal(profile?.threadTs, thread);

  // 7: it is right, and is kept.
  assert(check);
  await host.press(check, 'Looks right');
  assert.equal((await harness.profiles.get('slack:T0WORK:U0ADA'))?.hoursPerWeek, 6);

  // 8: thumbs down, with a reason by its button.
  const [why] = await host.press(answer, 'This did not help');
  assert(why);
  const [thanks] = await host.press(why, 'Too long');
  assert.match(wordsIn(thanks), /Thank you, that helps/);
  const kept = await harness.conversations.listMessages(`slack:T0WORK:D0ADA:${thread}`, {
    limit: 10,
  });
  assert.deepEqual(
    kept.messages.map(({ feedback }) => feedback?.reason).filter((given) => given !== undefined),
    ['Too long'],
  );

  // 9: the sources, with their passages.
  const [sources] = await host.say('sources', thread);
  assert.match(wordsIn(sources), /APIs, data and deployment stay useful\./);

  // 10: everything goes, after one press on the question.
  const [question] = await host.say('delete my data', thread);
  assert(question);
  assert.match(wordsIn(question), /It cannot be undone/);
  const [done] = await host.press(question, 'Yes, delete it');
  assert.match(wordsIn(done), /^Done: deleted at/);
  assert.equal(await harness.profiles.get('slack:T0WORK:U0ADA'), undefined);

  assert.deepEqual(
    slack.calls.filter(({ outcome }) => outcome !== 'ok'),
    [],
    'Slack took every call',
  );
  assert.deepEqual(
    host.logged.filter(({ level }) => level !== 'info'),
    [],
  );
});

test('whoever met the bot before is not introduced to it again in the next thread', async (t) => {
  const host = await startSlackHost(t);
  await host.say('How do I start?');
  const posted = await host.say('What is RAG?');
  assert.deepEqual(
    posted.map((message) => wordsIn(message).split('\n')[0]),
    ['Answer to "What is RAG?" [1].'],
  );
});

test('a button, the same words typed and a number give the same answer to a question', async (t) => {
  const answers = ['direction', 'hours'] as const;
  const ways: readonly Record<(typeof answers)[number], { press?: string; type?: string }>[] = [
    { direction: { press: 'AI engineer' }, hours: { press: '10' } },
    { direction: { type: 'ai engineer' }, hours: { type: '10' } },
    { direction: { type: 'AI Engneer' }, hours: { type: 'ten hours' } },
  ];
  const profiles = [];
  for (const way of ways) {
    const host = await startSlackHost(t);
    const thread = '1799999000.000001';
    const answer = async (
      question: Awaited<ReturnType<typeof host.say>>,
      given: { press?: string; type?: string },
    ) => {
      const asked = question.at(-1);
      assert(asked);
      if (given.press !== undefined) return host.press(asked, given.press);
      return host.say(given.type ?? '', thread);
    };
    let asked = await host.say('edit profile');
    asked = await answer(asked, { press: 'Exploring' });
    asked = await answer(asked, { type: 'nurse' });
    asked = await answer(asked, way.direction);
    asked = await answer(asked, { press: 'Career changer' });
    asked = await answer(asked, { press: 'Nothing yet' });
    asked = await answer(asked, way.hours);
    const kept = await host.harness.profiles.get('slack:T0WORK:U0ADA');
    assert(kept);
    const { updatedAt: _at, consent: _consent, ...profile } = kept;
    profiles.push(profile);
  }
  assert.equal(profiles[0]?.hoursPerWeek, 10);
  assert.equal(profiles[0]?.targetRole, 'ai_engineer');
  assert.deepEqual(profiles[1], profiles[0]);
  assert.deepEqual(profiles[2], profiles[0]);
});

test('an export comes as a file, and where Slack takes none as text', async (t) => {
  const host = await startSlackHost(t);
  await host.say('How do I start?');
  await host.say('export my data', '1799999000.000001');
  const [file] = host.slack.workspace.files;
  assert.equal(file?.threadTs, '1799999000.000001');
  assert.match(file?.name ?? '', /^career-mentor-data-\d{4}-\d{2}-\d{2}\.json$/);
  assert.equal(JSON.parse(file?.bytes.toString('utf8') ?? '').conversations.length, 1);

  host.slack.fail('files.getUploadURLExternal', { error: 'missing_scope', needed: 'files:write' });
  const posted = await host.say('export my data', '1799999000.000001');
  assert.match(posted.map(wordsIn).join(''), /"conversations": \[/);
});
