import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PastTurn } from '#mentor/answer.ts';
import { freshVariant } from '#mentor/fresh-variant.ts';

const variants = ['The first way to say it.', 'A second way to say the same.'] as const;

test('says it the first way, then the other, then the one that was said longest ago', () => {
  const history: PastTurn[] = [];
  const said: string[] = [];
  for (let turn = 0; turn < 5; turn += 1) {
    const content = freshVariant(variants, history);
    said.push(content);
    history.push(
      { role: 'user', content: 'again' },
      { role: 'assistant', content: `So. ${content}` },
    );
  }
  assert.deepEqual(
    said.map((text) => variants.indexOf(text as (typeof variants)[number])),
    [0, 1, 0, 1, 0],
  );
});

test('knows a way again though it names something else', () => {
  const named = (name: string) =>
    [`I looked for all there is on “${name}”.`, `Nothing I have answers “${name}”.`] as const;
  const history: PastTurn[] = [{ role: 'assistant', content: named('RAG')[0] }];
  assert.equal(freshVariant(named('MCP'), history), named('MCP')[1]);
});

test('is not misled by what the person says', () => {
  assert.equal(freshVariant(variants, [{ role: 'user', content: variants[0] }]), variants[0]);
});
