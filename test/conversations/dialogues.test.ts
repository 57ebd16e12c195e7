import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { Activity } from 'botbuilder';
import { buttonsOf, cardWords, createBotHarness } from '#test/helpers/bot-harness.ts';
import { plainCapabilities, webCapabilities } from '#test/helpers/recording-adapter.ts';

/**
 * Plays every dialogue of this folder against the bot. A dialogue is a text file; its lines:
 *
 *     > words            the person says this
 *     @ join             the person opens the conversation; also `@ like answer-1`, `@ dislike answer-1`,
 *     @ submit {...}     a card's form is sent
 *     < words            the next message of the bot holds these words, in its text or on its card
 *     & words            and these; `& not words` and not these; `& [A | B]` and exactly these buttons
 *     channel: plain     the channel has no cards and no streaming
 *
 * Each message of the bot needs its `<`: one too many fails like one too few.
 */
const folder = new URL('.', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.txt'));

interface Play {
  readonly harness: ReturnType<typeof createBotHarness>;
  waiting: Activity[];
  current: Activity | undefined;
}

describe('dialogues', () => {
  for (const file of files) {
    const lines = readFileSync(new URL(file, folder), 'utf8').split('\n');
    it(`${file}: ${lines[0]?.replace(/^# /, '')}`, async () => {
      const isPlain = lines.includes('channel: plain');
      const play: Play = {
        harness: createBotHarness({
          capabilities: isPlain ? plainCapabilities : webCapabilities,
          isUnderAge: (text) => /\bi am 1[0-5]\b/i.test(text),
        }),
        waiting: [],
        current: undefined,
      };
      for (const [index, line] of lines.entries())
        await playLine(play, line, `${file}:${index + 1}: ${line}`);
      assertNothingWaits(play, `${file}, at the end`);
    });
  }
});

async function playLine(play: Play, line: string, place: string): Promise<void> {
  if (/^[>@] /.test(line)) {
    assertNothingWaits(play, place);
    play.waiting = await act(play, line);
  } else if (line.startsWith('< ')) {
    play.current = play.waiting.shift();
    assert.ok(play.current, `${place}\nthe bot said nothing more`);
    check(play.current, line.slice(2), place);
  } else if (line.startsWith('& ')) check(play.current, line.slice(2), place);
}

function assertNothingWaits({ waiting }: Play, place: string): void {
  assert.deepEqual(waiting.map(wordsOf), [], `${place}\nthe bot had said more`);
}

function act({ harness }: Play, line: string): Promise<Activity[]> {
  const [, verb, rest = ''] = /^@ (\w+) ?(.*)$/.exec(line) ?? [];
  switch (verb) {
    case undefined:
      return harness.say(line.slice(2));
    case 'join':
      return harness.join();
    case 'submit':
      return harness.submit(JSON.parse(rest));
    case 'like':
    case 'dislike':
      return harness.receive({
        type: 'event',
        name: 'webchat:activity-status/feedback',
        entities: [
          { type: '', '@type': verb === 'like' ? 'LikeAction' : 'DislikeAction', answerId: rest },
        ],
      });
    default:
      throw new Error(`Unknown action: ${line}`);
  }
}

function check(activity: Activity | undefined, expected: string, place: string): void {
  const buttons = /^\[(.*)\]$/.exec(expected)?.[1];
  const words = wordsOf(activity);
  if (buttons !== undefined) assert.deepEqual(buttonsOf(activity), buttons.split(' | '), place);
  else if (expected.startsWith('not '))
    assert.ok(!words.includes(expected.slice(4)), `${place}\n${words}`);
  else assert.ok(words.includes(expected), `${place}\nthe bot said: ${words}`);
}

function wordsOf(activity: Activity | undefined): string {
  return [activity?.text ?? '', cardWords(activity)].filter((part) => part !== '').join('\n');
}
