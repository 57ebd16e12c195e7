import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { createTestFolder } from '#test/helpers/start-bot-host.ts';
import {
  addUp,
  type ChaosResult,
  readResults,
  renderReport,
  replaceResults,
  writeReport,
} from './report.ts';

const counts = { ...addUp([]), accepted: 18, answered: 18, ends: 1 };

function result(name: string, changes: Partial<ChaosResult> = {}): ChaosResult {
  return { name, what: `${name} happens`, runs: 1, counts, offences: [], ...changes };
}

test('the report has a row for each scenario and one for all of them', () => {
  const text = renderReport([result('killed'), result('stopped', { runs: 2 })]);
  assert.match(text, /\| killed \| 1 \| 18 \| 18 \|/);
  assert.match(text, /\| all \| 3 \| 36 \| 36 \|/);
  assert.doesNotMatch(text, /went wrong/);
});

test('a turn that went wrong stands in the report by its name, with what came back', () => {
  const offences = [
    {
      kind: 'repeated' as const,
      conversationKey: 'directline:c',
      activityId: 'c|1',
      details: ['answer c|2: Begin'],
    },
  ];
  const text = renderReport([result('killed', { offences })]);
  assert.match(text, /- killed, repeated: `c\|1` in `directline:c`\n {2}- answer c\|2: Begin/);
});

test('running one scenario again replaces its row and leaves the others', async (t) => {
  const path = join(await createTestFolder(t), 'chaos.md');
  assert.deepEqual(await readResults(path), []);
  await writeReport(path, [result('killed'), result('stopped')]);
  const again = result('stopped', { runs: 7 });
  const names = ['stopped', 'killed', 'never run'];
  assert.deepEqual(replaceResults(await readResults(path), [again], names), [
    again,
    result('killed'),
  ]);
});
