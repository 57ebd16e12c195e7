import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PastTurn } from '#mentor/answer.ts';
import { createQueryExpander } from '#mentor/expand-query.ts';
import { rewriteQuestion } from '#mentor/rewrite-question.ts';
import { readTaxonomy } from '#mentor/taxonomy.ts';

const first = 'How do I become an ML engineer?';
const offered = ['How long does it take?', 'Which projects count?', 'Do I need a degree?'];
const history: readonly PastTurn[] = [
  { role: 'user', content: first },
  {
    role: 'assistant',
    content: 'In steps [1].',
    followUps: offered,
    citedTitles: ['The ML engineer role', 'Portfolio projects'],
  },
];

function rewritten(text: string, turns: readonly PastTurn[] = history): string {
  return rewriteQuestion(text, turns).text;
}

test('an ordinal, however it is written, is the question that was offered there', () => {
  const choices: readonly (readonly [string, readonly string[]])[] = [
    [
      'How long does it take?',
      ['1', 'one', 'first', 'the first one', 'option 1', 'the 1st please'],
    ],
    ['Which projects count?', ['2', 'second', 'the second one', 'number 2', '#2', 'no. 2', 'Two.']],
    ['Do I need a degree?', ['3', 'third', 'the third question', 'last', 'the last one', 'no 3']],
    ['Which projects count?', ['tell me about the second one', 'the second question please']],
  ];
  for (const [question, ways] of choices)
    for (const way of ways) assert.equal(rewritten(way), `${question} ${first}`, way);
});

test('an offered question is recognised whatever its case and punctuation', () => {
  for (const text of ['Which projects count?', 'which projects count', 'Which projects count ?!'])
    assert.equal(rewritten(text), `Which projects count? ${first}`);
});

test('an ordinal beyond what was offered is no choice', () => {
  const turns: readonly PastTurn[] = [
    { role: 'user', content: first },
    { role: 'assistant', content: 'So.', followUps: ['How long does it take?'] },
  ];
  assert.ok(!rewritten('the second one', turns).includes('How long'));
  assert.equal(rewritten('2', []), '2');
});

test('a source that is pointed to is the title it was shown with', () => {
  assert.equal(rewritten('tell me about the first source'), `The ML engineer role ${first}`);
  assert.equal(rewritten('the second article'), `Portfolio projects ${first}`);
  assert.equal(rewritten('what does source 2 say?'), `Portfolio projects ${first}`);
  const withoutOffers = history.map(({ followUps: _, ...turn }) => turn);
  assert.equal(rewritten('the second one', withoutOffers), `Portfolio projects ${first}`);
});

test('a follow-up is joined with what it leans on', () => {
  for (const text of [
    'and for seniors?',
    'what about Python?',
    'is it hard?',
    'do they need a degree?',
    'which one is better?',
    'but I have no degree',
    'or a bootcamp?',
    'for juniors?',
    'in Germany?',
    'without a degree?',
    'where do I start?',
    'how long?',
    'what are its downsides',
    'how is it different from a data scientist?',
    'y para seniors?',
    'Und für Anfänger?',
  ])
    assert.deepEqual(
      { ...rewriteQuestion(text, history), level: undefined },
      {
        text: `${first} ${text}`,
        latest: text,
        topic: first,
        isFollowUp: true,
        level: undefined,
      },
    );
});

test('"why?" asks about the last question, and "more" goes on to what was offered first', () => {
  for (const text of ['why?', 'Why', 'how so?']) assert.equal(rewritten(text), first);
  for (const text of ['more', 'tell me more', 'go on.', 'explain that'])
    assert.equal(rewritten(text), `How long does it take? ${first}`);
});

test('a correction asks the previous question about what was meant', () => {
  const concepts = createQueryExpander(readTaxonomy(`${import.meta.dirname}/../../knowledge`));
  const asked = 'How do I become a data scientist?';
  const turns: readonly PastTurn[] = [
    { role: 'user', content: asked },
    { role: 'assistant', content: 'In steps [1].' },
    { role: 'user', content: "that's not right" },
    { role: 'assistant', content: 'What do you know that differs?' },
  ];
  const corrected = (text: string) => rewriteQuestion(text, turns, concepts).text;
  for (const text of [
    'no, I meant the data engineer',
    'I mean data engineers',
    'sorry, I was asking about a data engineer',
    'what about data engineers?',
    'and for a data engineer?',
  ])
    assert.equal(corrected(text), 'how do i become a Data Engineer', text);
  assert.equal(corrected('no, I meant in Germany'), `${asked} in Germany`);
  assert.equal(corrected('no, I meant how do I learn SQL'), 'how do I learn SQL');
  assert.equal(corrected('what about a degree?'), `${asked} what about a degree?`);
});

test('a yes takes what was offered first, where something was', () => {
  const offering = (content: string): readonly PastTurn[] => [
    { role: 'user', content: first },
    { role: 'assistant', content, followUps: offered },
  ];
  const offer = offering('I have no article on that. Would one of these help?');
  assert.equal(rewritten('yes please', offer), `How long does it take? ${first}`);
  assert.equal(rewriteQuestion('yes please', offering('In steps [1].')).isChoice, undefined);
});

test('talk, objections and "shorter" are no topic', () => {
  for (const said of [
    'lol',
    'thanks!',
    "that's wrong",
    'shorter please',
    'why?',
    'no, I meant X',
  ]) {
    const turns: readonly PastTurn[] = [
      ...history,
      { role: 'user', content: said },
      { role: 'assistant', content: 'So.' },
    ];
    assert.equal(rewritten('and for seniors?', turns), `${first} and for seniors?`, said);
  }
});

test('where the beginning of the talk is out of sight, the cited article is the topic', () => {
  const turns: readonly PastTurn[] = [
    { role: 'user', content: 'which of them pays more?' },
    { role: 'assistant', content: 'It depends [1].', citedTitles: ['Data Scientist role guide'] },
  ];
  assert.equal(rewritten('is it hard?', turns), 'Data Scientist role guide is it hard?');
});

test('a whole question is never a follow-up, however short it is', () => {
  for (const text of [
    'what is RAG',
    'What is an LLM?',
    'python or java first?',
    'how do I negotiate salary?',
    'resume tips',
    'explain gradient descent',
    'more about kubernetes',
    'is there an age limit?',
    'are there remote jobs?',
    'What should I learn this year?',
    'one more question: what is MCP?',
    'should I learn Rust or Go?',
    'so how do I prepare for system design interviews?',
    'and what is RAG?',
    'Then how do I learn SQL?',
    'And what is the difference between a data scientist and a data analyst?',
    'Y Combinator: how do startups hire?',
    'the second interview: what happens?',
  ])
    assert.deepEqual(
      { ...rewriteQuestion(text, history), level: undefined },
      { text, isFollowUp: false, level: undefined },
    );
});

test('without anything earlier every question stands alone', () => {
  for (const text of ['and for seniors?', 'why?', 'the second one', 'is it hard?', '2'])
    assert.deepEqual(
      { ...rewriteQuestion(text, []), level: undefined },
      { text, isFollowUp: false, level: undefined },
    );
});

test('a chain of follow-ups keeps to the question that began it', () => {
  const chain: readonly PastTurn[] = [
    ...history,
    { role: 'user', content: 'and for seniors?' },
    { role: 'assistant', content: 'So [1].' },
  ];
  assert.equal(rewritten('what about Python?', chain), `${first} what about Python?`);
});

test('after a choice by number the talk is about what was chosen', () => {
  const chain: readonly PastTurn[] = [
    ...history,
    { role: 'user', content: '2' },
    { role: 'assistant', content: 'Two or three [1].', followUps: ['How do I show a project?'] },
  ];
  assert.equal(rewritten('why?', chain), `Which projects count? ${first}`);
  assert.equal(rewritten('1', chain), `How do I show a project? ${first}`);
  assert.equal(
    rewritten('and for seniors?', chain),
    `Which projects count? ${first} and for seniors?`,
  );
});

test('a new topic replaces the old one', () => {
  const chain: readonly PastTurn[] = [
    ...history,
    { role: 'user', content: 'What is RAG?' },
    { role: 'assistant', content: 'Retrieval [1].' },
  ];
  assert.equal(rewritten('is it hard?', chain), 'What is RAG? is it hard?');
});

test('a level that the question names is found, and words that only look like one are not', () => {
  const levels: readonly (readonly [string, string | undefined])[] = [
    ['and for seniors?', 'senior'],
    ['what does a staff engineer do?', 'senior'],
    ['advice for junior developers', 'junior'],
    ['mid-level pay', 'mid'],
    ['jobs for new grads', 'entry'],
    ['entry level roles', 'entry'],
    ['as a student, what counts?', 'student'],
    ['tips for career changers', 'career_changer'],
    ['principal component analysis', undefined],
    ['should I go to graduate school?', undefined],
    ['how do I talk to HR staff?', undefined],
  ];
  for (const [text, level] of levels) assert.equal(rewriteQuestion(text, []).level, level, text);
});

test('what is wanted now is told apart from what it leans on', () => {
  const latest = (text: string) => rewriteQuestion(text, history).latest;
  assert.equal(latest('and the pay?'), 'and the pay?');
  assert.equal(latest('2'), 'Which projects count?');
  assert.equal(latest('more'), 'How long does it take?');
  assert.equal(latest('why?'), undefined);
  assert.equal(latest('What is RAG?'), undefined);
});

test('pressing on is the same question again, whatever is pressed with, and no topic of its own', () => {
  for (const text of [
    'are you sure?',
    'are you sure? just guess',
    'just guess',
    'take a wild guess please',
    'Come on, just try',
    'make something up',
    'your best guess?',
    'just answer anyway',
  ]) {
    assert.deepEqual(
      { ...rewriteQuestion(text, history), level: undefined },
      { text: first, topic: first, isFollowUp: true, isRepeated: true, level: undefined },
      text,
    );
    const pressed: readonly PastTurn[] = [...history, { role: 'user', content: text }];
    assert.equal(rewritten('and for seniors?', pressed), `${first} and for seniors?`, text);
  }
  assert.equal(rewriteQuestion('are you sure?', []).isRepeated, undefined);
  assert.equal(rewriteQuestion('how do I guess a salary?', history).isRepeated, undefined);
});

test('an "it" that points forward leans on nothing', () => {
  const history = [
    { role: 'user' as const, content: 'what is RAG?' },
    { role: 'assistant' as const, content: 'Retrieval.' },
  ];
  for (const question of ['is it worth it to learn langchain', 'is it possible to switch at 40'])
    assert.equal(rewriteQuestion(question, history).text, question);
  assert.notEqual(
    rewriteQuestion('how long does it take?', history).text,
    'how long does it take?',
  );
});
