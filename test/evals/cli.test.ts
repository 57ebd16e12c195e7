import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createTemporaryFolder } from '#test/services/database/temporary-database.ts';
import type { Evaluation } from './evaluation.ts';

const cli = join(import.meta.dirname, 'cli.ts');

function run(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], {
    encoding: 'utf8',
    cwd: join(import.meta.dirname, '..', '..'),
  });
  return { status, stdout, stderr };
}

function inFolder(use: (folder: string) => void): void {
  const folder = createTemporaryFolder();
  try {
    use(folder.path);
  } finally {
    folder.remove();
  }
}

describe('npm run eval', () => {
  it('runs one set on one split, prints its figures and writes the reports', () =>
    inFolder((folder) => {
      const out = join(folder, 'reports');
      const { status, stdout } = run('--set', 'follow-ups', '--split', 'dev', '--out', out);
      assert.notEqual(status, 2, stdout);
      assert.match(stdout, /Follow-ups\n {2}follow-ups: recall@5, dev/);
      assert.doesNotMatch(stdout, /, test/);
      for (const name of ['evaluation.md', 'evaluation.json', 'evaluation.html'])
        assert.ok(existsSync(join(out, name)), name);
      const [evaluation] = JSON.parse(
        readFileSync(join(out, 'evaluation.json'), 'utf8'),
      ) as Evaluation[];
      assert.equal(evaluation?.sets.length, 1);
    }));

  it('fails when a figure is worse than its baseline, names it, and accepts it when told to', () =>
    inFolder((folder) => {
      const file = join(folder, 'baseline.json');
      const entry = { value: 2, tolerance: 0.1 };
      writeFileSync(file, JSON.stringify({ extractive: { 'followUps.dev.mrr': entry } }));
      const options = [
        '--set',
        'follow-ups',
        '--split',
        'dev',
        '--baseline',
        file,
        '--out',
        folder,
      ];
      const worse = run(...options);
      assert.equal(worse.status, 1);
      assert.match(worse.stderr, /Worse than the baseline:\nfollowUps\.dev\.mrr \(.*it was 2\.000/);
      assert.equal(run(...options, '--accept').status, 0);
      assert.equal(run(...options).status, 0);
    }));

  it('prints JSON alone where it is asked to', () =>
    inFolder((folder) => {
      const { stdout } = run('--set', 'follow-ups', '--split', 'dev', '--json', '--out', folder);
      const [evaluation] = JSON.parse(stdout) as Evaluation[];
      assert.equal(evaluation?.model, 'extractive');
    }));

  it('skips what needs public data where there is none, and says so', () =>
    inFolder((folder) => {
      const { stdout } = spawnSync(process.execPath, [cli, '--set', 'claims', '--out', folder], {
        encoding: 'utf8',
        env: { ...process.env, EVAL_DATA_DIR: join(folder, 'nowhere') },
      });
      assert.match(stdout, /not measured: grounding\/claims\.jsonl is not there/);
    }));

  it('never shows a failure of the test split', () => {
    const { status, stderr } = run('--split', 'test', '--failures');
    assert.equal(status, 2);
    assert.match(stderr, /Only the failures of the development questions/);
  });

  it('names the sets where one is not known, and refuses other mistakes', () => {
    const { status, stderr } = run('--set', 'sorcery');
    assert.equal(status, 2);
    assert.match(stderr, /no set "sorcery".*retrieval, follow-ups/);
    assert.equal(run('--split', 'third').status, 2);
    assert.equal(run('--model', 'oracle').status, 2);
    assert.equal(run('--help').status, 0);
  });
});
