import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestFolder } from '#test/helpers/start-bot-host.ts';
import { openChaos } from './run-chaos.ts';
import { scenarios } from './scenarios.ts';

/** Each opens its bounds wide enough for a machine with much else to do; `npm run chaos` runs all of them, many times over. */
const chosen = ['two processes', 'clock jumps'];

for (const { name, what, open } of scenarios.filter((kind) => chosen.includes(kind.name)))
  test(`every accepted turn is answered once and kept once, though ${what}`, async (t) => {
    const dataFolder = await createTestFolder(t);
    const { scenario, close } = await open(dataFolder);
    t.after(close);
    const series = await openChaos({
      scenario: { ...scenario, questionsEach: 2 },
      dataFolder,
      people: 3,
    });
    t.after(() => series.close());
    const { counts, offences } = await series.run(1);
    assert.deepEqual(offences, [], name);
    assert.ok(counts.accepted > 0 && counts.ends > 0);
  });
