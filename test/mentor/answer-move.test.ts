import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Answer, PastTurn } from '#mentor/answer.ts';
import { answerMove } from '#mentor/answer-move.ts';
import type { Move } from '#mentor/read-move.ts';
import { openDatabase } from '#services/database/open-database.ts';
import { createSqliteKnowledgeIndex } from '#services/knowledge-index/sqlite.ts';
import { createExtractiveModel } from '#services/model/extractive.ts';
import { citation } from '#test/helpers/scripted-mentor.ts';

const index = createSqliteKnowledgeIndex(openDatabase(':memory:').database);
const model = createExtractiveModel();
const now = () => new Date('2026-11-22');

const passages = [
  'Learn SQL first, because every analysis begins with a query. Statistics comes next.',
  'A project shows what you can do. Two are enough.',
];
const content = [
  'Learn SQL first [1]. Statistics comes next [1].',
  'A project shows what you can do [2].',
].join('\n\n');
const asked: PastTurn = { role: 'user', content: 'How do I start?' };
const cited: PastTurn = {
  role: 'assistant',
  content,
  followUps: ['Which project first?'],
  citations: passages.map((passage, place) =>
    citation({ number: place + 1, documentId: `p${place}`, title: `Guide ${place}`, passage }),
  ),
};
const declined: PastTurn = { role: 'assistant', content: 'I have no article on that.' };

async function reply(move: Move, history: readonly PastTurn[] = [asked, cited]): Promise<Answer> {
  const answer = await answerMove(move, { messageId: 'm', history }, { index, model, now });
  assert.ok(answer, `${move} is answered without a search`);
  return answer;
}

describe('a move that is about the last answer', () => {
  test('"shorter" gives its first sentences with their sources, and then its very first', async () => {
    const shorter = await reply('shorter');
    assert.equal(
      shorter.text,
      'In short: Learn SQL first [1]. A project shows what you can do [2].',
    );
    assert.deepEqual(
      shorter.citations.map(({ number, documentId }) => [number, documentId]),
      [
        [1, 'p0'],
        [2, 'p1'],
      ],
    );
    const turn: PastTurn = { ...cited, content: shorter.text, citations: shorter.citations };
    const again = await reply('shorter', [asked, cited, turn]);
    assert.equal(again.text, 'In short: Learn SQL first [1].');
    assert.equal(again.citations.length, 1);
  });

  test('a source that moves up is numbered anew', async () => {
    const turn: PastTurn = { ...cited, content: 'A project shows what you can do [2].' };
    const { text, citations } = await reply('unclear', [asked, turn]);
    assert.match(text, /A project shows what you can do \[1\]\./);
    assert.deepEqual(
      citations.map(({ number, documentId }) => [number, documentId]),
      [[1, 'p1']],
    );
  });

  test('"why?" gives the reasons of its sources that were not read yet, or says that there are none', async () => {
    const { text, citations } = await reply('reason');
    assert.match(text, /because every analysis begins with a query \[1\]\./);
    assert.equal(citations.length, 1);
    const read: PastTurn = { ...cited, content: text };
    assert.match((await reply('reason', [asked, read])).text, /no reason|no further reason/);
  });

  test('an objection is taken seriously: the source is named, and what they know is asked', async () => {
    const { text, citations } = await reply('objection');
    assert.match(text, /“Guide 0” \(reviewed 2026-11\) and “Guide 1”/);
    assert.match(text, /What do you know that differs\?/);
    assert.match(text, /thumbs down/);
    assert.deepEqual(citations, []);
  });

  test('"repeat" is the answer again, with its sources', async () => {
    const { text, citations } = await reply('repeat');
    assert.ok(text.endsWith(content));
    assert.equal(citations.length, 2);
  });

  test('a doubt quotes the source; where nothing was answered, it is left to the search', async () => {
    assert.match((await reply('doubt')).text, /“Learn SQL first\.”/);
    const said = { messageId: 'm', history: [asked, declined] };
    assert.equal(await answerMove('doubt', said, { index, model, now }), undefined);
  });

  test('nothing is repeated, shortened or explained before anything was said', async () => {
    for (const move of ['shorter', 'simpler', 'repeat', 'reason'] as const)
      assert.match((await reply(move, [])).text, /not answered anything|nothing to go back to/);
  });

  test('a model that words answers freely is asked instead', async () => {
    const freely = { ...model, writes: 'freely' as const };
    for (const move of ['shorter', 'simpler', 'objection', 'reason'] as const) {
      const said = { messageId: 'm', history: [asked, cited] };
      assert.equal(await answerMove(move, said, { index, model: freely, now }), undefined, move);
    }
  });
});

test('a yes takes an offer, and is agreement where nothing was offered', async () => {
  const offer: PastTurn = { ...declined, content: 'Would that help?', followUps: ['What is RAG?'] };
  const said = { messageId: 'm', history: [asked, offer] };
  assert.equal(await answerMove('yes', said, { index, model, now }), undefined);
  assert.equal((await reply('yes')).text, 'Good. Ask me when something comes up.');
});

test('nobody reads the same reply three times in a row, whatever they keep saying', async () => {
  for (const move of ['thanks', 'amused', 'objection', 'no-help', 'simpler', 'maker'] as const) {
    const history: PastTurn[] = [asked, cited];
    const texts: string[] = [];
    for (let turn = 0; turn < 4; turn += 1) {
      const { text } = await reply(move, history);
      texts.push(text);
      history.push({ role: 'user', content: move }, { ...cited, content: text });
    }
    for (const place of [0, 1])
      assert.equal(new Set(texts.slice(place, place + 3)).size > 1, true, move);
  }
});
