import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findRoleByField } from '#mentor/find-role.ts';
import { builtInPaths } from '#test/helpers/built-in-roadmaps.ts';

describe('findRoleByField', () => {
  const fields = [
    ['machine learning', 'ml_engineer'],
    ['MLOps', 'mlops_engineer'],
    ['a product manager', 'ai_product_manager'],
    ['full-stack', 'fullstack_ai_engineer'],
    ['backend', 'software_engineer'],
    ['governance', 'ai_governance_specialist'],
  ] as const;
  for (const [words, id] of fields)
    it(`takes "${words}" for ${id}`, () =>
      assert.equal(findRoleByField(words, builtInPaths().roles)?.id, id));

  const others = ['engineer', 'data', 'AI', 'banana', '', 'to be', 'machine learning or bees'];
  for (const words of others)
    it(`takes "${words}" for none`, () =>
      assert.equal(findRoleByField(words, builtInPaths().roles), undefined));
});
