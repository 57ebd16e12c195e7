import assert from 'node:assert/strict';
import { it } from 'node:test';
import { escapeKey, unescapeKey } from '#services/azure/escape-key.ts';

const texts = [
  ...[
    '',
    'ada',
    'Ada',
    'ada ',
    'ada/',
    'ada%2F',
    'ada~2F',
    '~',
    '~~',
    '.',
    '..',
    'a.b',
    "it's (*)!",
  ],
  ...['29:1x/ä#?\\', 'веб/用户/👩🏽‍🚀', '\u0000', '\ud800', 'a\udc00'],
  ...[
    'k'.repeat(255),
    'k'.repeat(256),
    `${'k'.repeat(256)}x`,
    'ä'.repeat(300),
    `${'ä'.repeat(299)}ö`,
  ],
];

it('keeps different texts different', () => {
  assert.equal(new Set(texts.map(escapeKey)).size, texts.length);
});

it('writes only what an id and a blob’s name may hold, and no more than they may', () => {
  for (const text of texts) assert.match(escapeKey(text), /^[\w~-]{0,255}$/);
});

it('leaves plain ids readable', () => {
  assert.equal(escapeKey('web-talk_1'), 'web-talk_1');
  assert.equal(escapeKey('a/b'), 'a~2Fb');
});

it('gives the text back, unless only its hash is left', () => {
  for (const text of texts) {
    const isHashed = escapeKey(text).includes('~~');
    assert.equal(unescapeKey(escapeKey(text)), isHashed ? undefined : text);
  }
  assert.equal(unescapeKey(escapeKey('k'.repeat(255))), 'k'.repeat(255));
  assert.equal(unescapeKey(escapeKey('k'.repeat(256))), undefined);
});
