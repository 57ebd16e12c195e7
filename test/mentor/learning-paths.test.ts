import assert from 'node:assert/strict';
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readLearningPaths } from '#mentor/learning-paths.ts';
import { openDatabase } from '#services/database/open-database.ts';
import { createSqliteKnowledgeIndex } from '#services/knowledge-index/sqlite.ts';
import { builtInArticle, builtInPaths, knowledgeFolder } from '#test/helpers/built-in-roadmaps.ts';
import { askMentor, publishSamples } from './sample-mentor.ts';

describe('the learning paths', () => {
  const { roles, skills, steps } = builtInPaths();
  const learned = new Set(
    roles.flatMap((role) => [...role.order, ...role.skills.map(({ skill }) => skill)]),
  );

  it('say of every skill that a role leads through what it comes to', () => {
    assert.deepEqual(
      [...learned].filter((id) => !steps.has(id)),
      [],
    );
    assert.deepEqual(
      [...steps.keys()].filter((id) => !skills.has(id)),
      [],
    );
  });

  it('send to an article that covers the skill, to a heading of it that is a question', async () => {
    for (const [id, { article, question }] of steps) {
      const passages = await builtInArticle(article);
      assert.ok(passages[0]?.skillsCovered.includes(id), `${article} does not cover ${id}`);
      const sections = passages.filter(({ part }) => part === 'body').map(({ section }) => section);
      assert.ok(sections.includes(question), `${article} has no heading "${question}"`);
      assert.match(question, /\?$/);
    }
  });

  it('ask what the mentor answers from that article', async () => {
    const index = createSqliteKnowledgeIndex(openDatabase(':memory:').database);
    const files = globSync(join(knowledgeFolder, 'articles/*/*.md'));
    await publishSamples(
      index,
      files.map((file) => readFileSync(file, 'utf8')),
    );
    const unanswered: string[] = [];
    for (const { article, question } of steps.values()) {
      const { answer } = await askMentor(index, question);
      const cited = answer.citations.map(({ documentId }) => documentId);
      if (answer.state !== 'grounded' || !cited.includes(article)) unanswered.push(question);
    }
    assert.deepEqual(unanswered, []);
  });

  it('say it in one short sentence without a number', () => {
    for (const [id, { ableTo }] of steps) {
      assert.match(ableTo, /^[A-Z][^.!?\d]+\.$/, id);
      assert.ok(ableTo.length <= 110, id);
    }
  });

  it('stand without what each skill comes to, and leave out roles without skills', () => {
    const folder = mkdtempSync(join(tmpdir(), 'learning-paths-'));
    try {
      cpSync(join(knowledgeFolder, 'taxonomy.json'), join(folder, 'taxonomy.json'));
      assert.equal(readLearningPaths(folder).steps.size, 0);
      const bare = {
        roles: [{ id: 'baker', name: 'Baker', aliases: [] }],
        skills: [{ id: 'bread', name: 'Bread', aliases: [] }],
      };
      writeFileSync(join(folder, 'taxonomy.json'), JSON.stringify(bare));
      const paths = readLearningPaths(folder);
      assert.deepEqual(paths.roles, []);
      assert.deepEqual(paths.skills.get('bread')?.prerequisites, []);
      writeFileSync(join(folder, 'learning-steps.json'), '{"bread": {}}');
      assert.throws(() => readLearningPaths(folder), { name: 'ZodError' });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
