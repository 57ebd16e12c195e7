import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { assumptions } from '#deploymentTemplates/scale/assumptions.ts';
import { readBenchFigures } from '#deploymentTemplates/scale/bench-figures.ts';
import { loadsOf, peopleHeldBy } from '#deploymentTemplates/scale/capacity.ts';
import { fixedCostsOf, modelCostOf1000Turns, modelSets } from '#deploymentTemplates/scale/costs.ts';
import { demandOf, turnsPerSecondOfReplica } from '#deploymentTemplates/scale/demand.ts';
import {
  drawPicture,
  scaleDocument,
  scalePicture,
  updatedDocument,
} from '#deploymentTemplates/scale/document.ts';
import { priceOf, readPrices } from '#deploymentTemplates/scale/price-list.ts';

describe('docs/scale.md', () => {
  it('shows what the arithmetic gives now; npm run deploy:scale writes it anew', () => {
    const text = readFileSync(scaleDocument, 'utf8');
    assert.equal(text, updatedDocument(text));
  });

  it('shows the day as it was simulated', () => {
    assert.equal(readFileSync(scalePicture, 'utf8'), drawPicture());
  });

  it('is not written where its marks are gone', () => {
    assert.throws(() => updatedDocument('# Scale\n'), /needs the marks/);
  });
});

describe('what the bench measured', () => {
  const text = JSON.stringify({ figures: [{ id: 'ready', label: 'x', ours: 2_500 }] });

  it('is read by its id, and what it did not measure is named', () => {
    const figure = readBenchFigures(text);
    assert.equal(figure('ready'), 2_500);
    assert.throws(() => figure('gone'), /docs\/bench\.json has no figure "gone"; npm run bench/);
    assert.throws(() => readBenchFigures('{"figures":[{"id":"ready"}]}'), /label/);
  });

  it('is what the arithmetic rests on, and no less is assumed of the tokens', () => {
    const figure = readBenchFigures();
    const { replica, tokens, people } = assumptions;
    assert.equal(replica.memoryMb, figure('memory-loaded'));
    assert.ok(replica.coreTurnsPerSecond < 1_000 / figure('model-turns-processor-16'));
    assert.ok(replica.startSeconds * 1_000 > figure('ready'));
    assert.ok(tokens.chatInput + tokens.fastInput >= figure('promptTokens'));
    assert.ok(tokens.chatOutput + tokens.fastOutput >= figure('answerTokens'));
    assert.ok(Math.abs(people.shareOfHour.reduce((sum, share) => sum + share, 0) - 1) < 1e-9);
    assert.equal(people.shareOfHour.length, 24);
  });
});

describe('the demand of people', () => {
  it('follows from their number', () => {
    const demand = demandOf(100_000);
    assert.equal(demand.turnsADay, 500_000);
    // 12 % of the day within an hour, and half as much again in its busiest second.
    assert.equal(demand.turnsPerSecond, ((500_000 * 0.12) / 3_600) * 1.5);
    assert.equal(demand.thousandTokensPerMinute, (demand.turnsPerSecond * 60 * 4_200) / 1_000);
    assert.equal(
      demand.replicas,
      Math.ceil(demand.turnsPerSecond / (turnsPerSecondOfReplica() * 0.7)),
    );
  });

  it('never falls below two replicas and one partition', () => {
    assert.equal(demandOf(1).replicas, 2);
    assert.equal(demandOf(1).cosmosPartitions, 1);
  });

  it('pays for kept data by request units where there is much of it', () => {
    const { cosmosGigabytes, cosmosRequestUnits, cosmosPartitions } = demandOf(10_000_000);
    assert.equal(cosmosRequestUnits, cosmosGigabytes * 10);
    assert.equal(cosmosPartitions, Math.ceil(cosmosGigabytes / 50));
  });
});

describe('what fills up first', () => {
  it('is told fullest first, with its cure', () => {
    const loads = loadsOf(demandOf(100_000), 'prod');
    assert.deepEqual(
      loads,
      loads.toSorted((one, other) => other.share - one.share),
    );
    assert.equal(loads[0]?.part, 'chat tokens a minute');
    assert.equal(loads.length, 7);
  });

  it('is exactly full with as many people as a size holds', () => {
    const people = peopleHeldBy('prod', demandOf);
    const share = loadsOf(demandOf(people), 'prod')[0]?.share ?? 0;
    assert.ok(share > 0.99 && share <= 1, String(share));
  });
});

describe('costs', () => {
  const prices = readPrices();

  it('of a turn add up from its tokens', () => {
    const cost = modelCostOf1000Turns({ chat: 'gpt-4.1' }, prices);
    const expected =
      (3_200 * priceOf(prices, 'gpt-4.1 input') +
        350 * priceOf(prices, 'gpt-4.1 output') +
        25 * priceOf(prices, 'text-embedding-3-small input')) /
      1_000;
    assert.equal(cost, expected);
  });

  it('are known for every model that the report names, and missing prices are named', () => {
    for (const models of modelSets) assert.ok(modelCostOf1000Turns(models, prices) > 0);
    assert.throws(() => priceOf(prices, 'gold'), /has no price "gold"/);
  });

  it('of dev stay small, and prod pays for what dev has not', () => {
    const together = (size: 'dev' | 'prod') =>
      fixedCostsOf(size, prices).reduce((sum, { usd }) => sum + usd, 0);
    assert.ok(together('dev') < 30, String(together('dev')));
    assert.ok(together('prod') > 10 * together('dev'));
  });
});
