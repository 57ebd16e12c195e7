import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assumptions } from '#deploymentTemplates/scale/assumptions.ts';
import { createAllowance } from '#deploymentTemplates/scale/day/allowance.ts';
import { createArrivals } from '#deploymentTemplates/scale/day/arrivals.ts';
import { drawDay } from '#deploymentTemplates/scale/day/draw-day.ts';
import { createDurations } from '#deploymentTemplates/scale/day/durations.ts';
import { grownFor, type Limits, limitsOf } from '#deploymentTemplates/scale/day/limits.ts';
import { createReplicas } from '#deploymentTemplates/scale/day/replicas.ts';
import { createScaler } from '#deploymentTemplates/scale/day/scaler.ts';
import { simulatedScenarios } from '#deploymentTemplates/scale/day/scenarios.ts';
import { simulateDay } from '#deploymentTemplates/scale/day/simulate-day.ts';
import { createWaitingLine } from '#deploymentTemplates/scale/day/waiting-line.ts';
import { demandOf } from '#deploymentTemplates/scale/demand.ts';
import { createRandom, normal, poisson } from '#random.ts';

const ample: Limits = {
  workers: { least: 2, most: 100, cores: 1 },
  rules: { processorShare: 0.7, queuedTurns: 10 },
  chatTokensAMinute: 1e12,
  fastTokensAMinute: 1e12,
  searchQueriesASecond: 1e6,
  requestUnitsASecond: 1e9,
  queuedTurnsASecond: 1e6,
};
const day = (limits: Partial<Limits>, people = 2_000) =>
  simulateDay({ people, seed: 7, limits: { ...ample, ...limits } });

describe('chance', () => {
  it('is the same for the same seed, and another for another', () => {
    const draw = (seed: number) => Array.from({ length: 5 }, createRandom(seed));
    assert.deepEqual(draw(1), draw(1));
    assert.notDeepEqual(draw(1), draw(2));
    assert.ok(draw(1).every((value) => value >= 0 && value < 1));
  });

  it('has the mean and the spread that it should', () => {
    const random = createRandom(3);
    for (const mean of [0.2, 4, 400]) {
      const counts = Array.from({ length: 20_000 }, () => poisson(mean, random));
      const average = counts.reduce((sum, count) => sum + count, 0) / counts.length;
      const variance =
        counts.reduce((sum, count) => sum + (count - average) ** 2, 0) / counts.length;
      assert.ok(Math.abs(average / mean - 1) < 0.03, `mean ${average}`);
      assert.ok(Math.abs(variance / mean - 1) < 0.06, `variance ${variance}`);
    }
    const values = Array.from({ length: 20_000 }, () => normal(random));
    assert.ok(Math.abs(values.reduce((sum, value) => sum + value, 0) / values.length) < 0.03);
  });
});

describe('arrivals', () => {
  it('come to a day’s turns, most of them in the busiest hour, and rush when they are to', () => {
    const count = (people: number, rush?: { turns: number; from: number; seconds: number }) => {
      const arrivals = createArrivals({ people, rush }, createRandom(5));
      return Array.from({ length: 24 }, (_, hour) =>
        Array.from({ length: 3_600 }, (__, second) => arrivals(hour * 3_600 + second, 1)).reduce(
          (sum, turns) => sum + turns,
          0,
        ),
      );
    };
    const hours = count(100_000);
    const all = hours.reduce((sum, turns) => sum + turns, 0);
    assert.ok(Math.abs(all / 500_000 - 1) < 0.02, String(all));
    assert.equal(hours.indexOf(Math.max(...hours)), 20);
    assert.ok(Math.abs(Math.max(...hours) / all / 0.12 - 1) < 0.1);
    const [first = 0] = count(1, { turns: 3_000, from: 60, seconds: 60 });
    assert.ok(first > 2_800 && first < 3_200, String(first));
  });
});

describe('a waiting line', () => {
  it('lets the first go first, parts a cohort where it must, and knows its length', () => {
    const line = createWaitingLine();
    line.join({ count: 3, asked: 0, joined: 0 });
    line.join({ count: 0, asked: 1, joined: 1 });
    line.join({ count: 5, asked: 2, joined: 2 });
    assert.equal(line.length, 8);
    assert.deepEqual(line.take(4.9), [
      { count: 3, asked: 0, joined: 0 },
      { count: 1, asked: 2, joined: 2 },
    ]);
    assert.deepEqual(line.take(0), []);
    assert.deepEqual(line.takeJoinedBefore(2), []);
    assert.deepEqual(line.takeJoinedBefore(3), [{ count: 4, asked: 2, joined: 2 }]);
    assert.equal(line.length, 0);
  });

  it('stays in order over thousands', () => {
    const line = createWaitingLine();
    for (let moment = 0; moment < 5_000; moment += 1)
      line.join({ count: 1, asked: moment, joined: moment });
    assert.deepEqual(
      Array.from({ length: 5_000 }, () => line.take(1)[0]?.asked),
      Array.from({ length: 5_000 }, (_, moment) => moment),
    );
  });
});

describe('durations', () => {
  it('give percentiles by how many they were', () => {
    const durations = createDurations();
    assert.equal(durations.percentile(95), 0);
    durations.add(1, 90);
    durations.add(10, 10);
    assert.deepEqual(
      [50, 90, 95].map((percent) => durations.percentile(percent)),
      [1, 1, 10],
    );
    assert.equal(durations.count, 100);
  });
});

describe('an allowance', () => {
  it('gives its rate, and after a rest no more than its burst', () => {
    const allowance = createAllowance(10, { callCost: 4, burstSeconds: 2 });
    assert.equal(allowance.room(4), 5);
    allowance.spend(20);
    assert.equal(allowance.room(4), 0);
    allowance.refill(1);
    assert.equal(allowance.room(4), 2);
    allowance.refill(60);
    assert.equal(allowance.room(4), 5);
    assert.ok(createAllowance(undefined, { callCost: 1 }).room(1_000) > 1e9);
  });

  it('has room for one call after a rest, however slow it is', () => {
    const slow = createAllowance(1, { callCost: 10 });
    slow.spend(10);
    slow.refill(9);
    assert.equal(slow.room(10), 0);
    slow.refill(1);
    assert.equal(slow.room(10), 1);
    slow.refill(60);
    assert.equal(slow.room(10), 1);
  });
});

describe('replicas', () => {
  const { startSeconds } = assumptions.replica;

  it('come by doubling, when they are ready, and never beyond their bounds', () => {
    const replicas = createReplicas({ least: 2, most: 20 });
    replicas.scaleTo(100, 0);
    replicas.advance(startSeconds - 1);
    assert.equal(replicas.ready, 2);
    replicas.advance(startSeconds);
    assert.equal(replicas.ready, 6);
    replicas.scaleTo(100, 30);
    replicas.scaleTo(100, 45);
    replicas.advance(45 + startSeconds);
    assert.equal(replicas.ready, 20);
  });

  it('go five minutes after they were last needed, and not below their least', () => {
    const replicas = createReplicas({ least: 2, most: 20 });
    replicas.scaleTo(6, 0);
    replicas.advance(60);
    replicas.scaleTo(1, 299);
    assert.equal(replicas.ready, 6);
    replicas.scaleTo(1, 300);
    assert.equal(replicas.ready, 2);
  });

  it('are asked for by whichever rule asks for more', () => {
    const asked: number[] = [];
    const replicas = {
      ready: 2,
      advance: () => {},
      scaleTo: (wanted: number) => asked.push(wanted),
    };
    const scaler = createScaler(ample, replicas);
    scaler.look(5, 14);
    scaler.look(101, 15);
    scaler.processed(15 * 0.7 * 20 * assumptions.replica.coreTurnsPerSecond - 1);
    scaler.look(5, 30);
    assert.deepEqual(asked, [11, 20]);
  });
});

describe('a simulated day', () => {
  it('is the same for the same seed', () => {
    const figures = () => {
      const { turns, byModel, mostWorkers, stretches } = day({ chatTokensAMinute: 50_000 });
      return { turns, byModel, mostWorkers, stretches };
    };
    assert.deepEqual(figures(), figures());
  });

  it('answers everybody at once where there is room', () => {
    const { turns, byModel, full, begun, finished } = day({});
    assert.equal(byModel, turns);
    assert.equal(finished.count, turns);
    assert.equal(full.size, 0);
    assert.equal(begun.percentile(99), 0);
    assert.equal(finished.percentile(99), assumptions.replica.turnSeconds);
  });

  it('answers from the passages what the quota of either model has no room for', () => {
    for (const quota of [{ chatTokensAMinute: 4_200 }, { fastTokensAMinute: 4_120 }]) {
      const { turns, byModel, fromPassages, full, finished } = day(quota);
      assert.equal(byModel + fromPassages, turns);
      // One a minute, of which there are 1,440.
      assert.ok(byModel > 900 && byModel <= 1_440, String(byModel));
      assert.deepEqual([...full.keys()], ['model quota']);
      assert.ok(finished.percentile(95) >= assumptions.patienceSeconds.model);
    }
  });

  it('tells of search that cannot keep up, and has no answer then', () => {
    const { turns, byModel, withoutSearch, full } = day({ searchQueriesASecond: 0.02 });
    assert.equal(byModel + withoutSearch, turns);
    assert.ok(withoutSearch > turns / 2);
    assert.deepEqual([...full.keys()], ['AI Search']);
  });

  it('lets people wait for workers that are too few, and counts who had no answer', () => {
    const few = { workers: { least: 1, most: 1, cores: 0.001 } };
    const { turns, unanswered, begun, full, mostWorkers } = day(few, 5_000);
    assert.ok(unanswered > 0 && unanswered < turns);
    assert.ok(begun.percentile(95) > 60);
    assert.equal([...full.keys()][0], 'workers');
    assert.equal(mostWorkers, 1);
  });

  it('holds nobody up for what cannot be kept at once', () => {
    const { turns, finished, full } = day({ requestUnitsASecond: 1 });
    assert.equal(finished.count, turns);
    assert.equal(finished.percentile(99), assumptions.replica.turnSeconds);
    assert.ok((full.get('Cosmos DB')?.turns ?? 0) > 0);
  });

  it('has its limits from the size’s file and the rules from the templates', () => {
    const prod = limitsOf('prod');
    assert.deepEqual(prod.rules, { processorShare: 0.7, queuedTurns: 10 });
    assert.deepEqual(prod.workers, { least: 2, most: 100, cores: 1 });
    assert.equal(limitsOf('dev').rules.queuedTurns, undefined);
    const grown = grownFor(prod, demandOf(100_000));
    assert.ok(grown.chatTokensAMinute > prod.chatTokensAMinute);
    assert.equal(grownFor(prod, demandOf(1)).chatTokensAMinute, prod.chatTokensAMinute);
  });

  it('is drawn with its turns and its workers', () => {
    const [scenario] = simulatedScenarios();
    assert.ok(scenario);
    const svg = drawDay('A day', scenario.day);
    assert.match(svg, /^<svg .*aria-label="A day"/);
    assert.equal(svg.match(/<path /g)?.length, 3);
    assert.doesNotMatch(svg, /NaN|undefined/);
  });
});

describe('the days of the report', () => {
  const find = (name: string, people: number) => {
    const found = simulatedScenarios().find(
      (scenario) => scenario.name === name && scenario.people === people,
    );
    assert.ok(found, `${name}, ${people}`);
    return found.day;
  };

  it('account for every turn', () => {
    for (const { name, day: shown } of simulatedScenarios())
      assert.ok(
        shown.byModel + shown.fromPassages + shown.withoutSearch + shown.unanswered >= shown.turns,
        name,
      );
  });

  it('show that the model’s quota is the first limit, and that the grown deployments hold', () => {
    assert.equal([...find('prod', 100_000).full.keys()][0], 'model quota');
    for (const grown of [
      find('prod, grown', 100_000),
      find('one of ten regions, grown', 1_000_000),
    ]) {
      assert.equal(grown.byModel, grown.turns);
      assert.ok(grown.begun.percentile(95) < 1);
    }
  });
});
