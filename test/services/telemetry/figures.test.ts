import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { openDatabase } from '#services/database/open-database.ts';
import { createActiveKeys } from '#services/telemetry/active-keys.ts';
import { createBoundedLabel } from '#services/telemetry/bounded-label.ts';
import { groupByTopic } from '#services/telemetry/group-by-topic.ts';
import { openHistory } from '#services/telemetry/history.ts';
import { createInstruments } from '#services/telemetry/instruments.ts';
import { InProcessMetricReader } from '#services/telemetry/metric-reader.ts';
import { joinPoints, quantileOf } from '#services/telemetry/points.ts';
import { latencyBoundsSeconds } from '#services/telemetry/port.ts';
import { presentSlots, reportWeeks } from '#services/telemetry/present-history.ts';
import { createPricing, readPriceList } from '#services/telemetry/prices.ts';
import { redactPersonal } from '#services/telemetry/redact.ts';
import { silentLogger } from '#test/helpers/silent-logger.ts';
import { samplePoint } from '#test/web/monitoring/sample-history.ts';

describe('quantiles', () => {
  it('grow evenly within a bucket', () => {
    const counts = latencyBoundsSeconds.map(() => 0);
    counts[4] = 100; // 0.5 to 1 s
    assert.equal(quantileOf(counts, 0.5), 0.75);
    assert.equal(quantileOf(counts, 1), 1);
  });

  it('are unknown of nothing, and the last bound of what took longer', () => {
    assert.equal(quantileOf([], 0.95), undefined);
    assert.equal(quantileOf([...latencyBoundsSeconds.map(() => 0), 3], 0.95), 60);
  });
});

describe('the history', () => {
  function setUp(database = openDatabase(':memory:').database) {
    const reader = new InProcessMetricReader();
    const provider = new MeterProvider({ readers: [reader] });
    const instruments = createInstruments(provider.getMeter('test'));
    const clock = { elapsedMs: 0, wall: Date.parse('2026-11-23T10:00:00Z') };
    const history = openHistory({
      database,
      logger: silentLogger,
      now: () => new Date(clock.wall),
      elapsedMs: () => clock.elapsedMs,
    });
    return {
      database,
      instruments,
      history,
      clock,
      async sample(seconds = 10) {
        clock.elapsedMs += seconds * 1_000;
        clock.wall += seconds * 1_000;
        return history.sample(await reader.read());
      },
    };
  }

  it('holds what happened since the last reading', async () => {
    const { instruments, sample } = setUp();
    instruments.recordRequest({
      method: 'GET',
      endpoint: '/api/v1/me',
      statusCode: 200,
      userType: 'anonymous',
      seconds: 0.2,
    });
    instruments.recordRequest({
      method: 'GET',
      endpoint: '/health/ready',
      statusCode: 503,
      userType: 'anonymous',
      seconds: 0.2,
    });
    instruments.recordModelCall(
      {
        operation: 'chat',
        provider: 'openai',
        model: 'gpt-4o',
        seconds: 1,
        promptTokens: 900,
        answerTokens: 100,
      },
      'signed-in',
      0.003,
    );
    const first = await sample();
    assert.equal(first.counts.requests, 1, 'probes are nobody’s requests');
    assert.equal(first.counts.requestErrors, 0);
    assert.deepEqual(first.groups.tokensByModel, { 'gpt-4o': 1_000 });
    assert.equal(first.counts.costUsd, 0.003);
    const second = await sample();
    assert.equal(second.counts.requests, 0);
    assert.deepEqual(second.groups.tokensByModel, {});
  });

  it('outlives a restart, and its minutes become hours all the same', async () => {
    const { database, sample, instruments } = setUp();
    for (let index = 0; index < 20; index += 1) {
      instruments.recordFirstWord(0.3);
      await sample();
    }
    const later = setUp(database);
    later.clock.wall += 200_000;
    assert.equal(later.history.points('hour').length, 20);
    for (let index = 0; index < 10; index += 1) await later.sample();
    const [day] = later.history.points('day');
    assert.equal(day?.seconds, 300);
    assert.equal(
      day?.latency.firstWord.reduce((sum, count) => sum + count, 0),
      20,
    );
  });

  it('takes nothing of yesterday for the last hour', async () => {
    const { database, sample } = setUp();
    await sample();
    const later = setUp(database);
    later.clock.wall += 2 * 86_400_000;
    assert.equal(later.history.within(3_600), undefined);
    assert.deepEqual(later.history.points('hour'), []);
  });

  it('measures stretches on the clock that never goes back, whatever the time of day does', async () => {
    const { clock, history, instruments, sample } = setUp();
    instruments.recordFirstWord(0.3);
    await sample();
    clock.wall -= 3_600_000;
    instruments.recordFirstWord(0.3);
    const back = await sample();
    assert.equal(back.seconds, 10);
    assert.equal(history.points('hour').length, 1, 'what is dated into the future is left out');
    assert.equal(
      history.within(60)?.latency.firstWord.reduce((sum, count) => sum + count, 0),
      1,
    );
    clock.wall += 3_600_000;
    await sample();
    assert.equal(history.points('hour').length, 3, 'and shown again once it is not');
    clock.wall += 30 * 86_400_000;
    await sample();
    assert.equal(
      history.points('hour').length,
      1,
      'a month ahead, nothing of before is of the last hour',
    );
    assert.equal(history.points('hour')[0]?.seconds, 10);
  });

  it('keeps rings of fixed length', async () => {
    const { database, sample } = setUp();
    for (let index = 0; index < 400; index += 1) await sample();
    const rows = database
      .prepare("SELECT count(*) AS n FROM history_points WHERE range = 'hour'")
      .get();
    assert.equal(rows?.['n'], 360);
  });
});

describe('what is presented', () => {
  const points = Array.from({ length: 30 }, (_, index) =>
    samplePoint(new Date(Date.parse('2026-11-23T10:00:00Z') + (index + 1) * 10_000), index, 10),
  );

  it('is joined into slots without losing a count', () => {
    const slots = presentSlots(points, 60);
    assert.equal(slots.length, 5);
    assert.equal(slots[0]?.slot, '2026-11-23T10:00:00.000Z');
    const sum = (of: readonly { counts: { answers: number } }[]) =>
      of.reduce((total, { counts }) => total + counts.answers, 0);
    assert.equal(sum(slots), sum(points));
  });

  it('is a report for each week from Monday', () => {
    const [week] = reportWeeks(points);
    assert.equal(week?.week, '2026-11-23');
    assert.equal(week?.questions, joinPoints(points)?.counts.answers);
    assert.ok((week?.groundedShare ?? 0) > 0.3);
  });
});

describe('series', () => {
  it('stay few whatever channels, models and their errors call themselves', async () => {
    const reader = new InProcessMetricReader();
    const provider = new MeterProvider({ readers: [reader] });
    const instruments = createInstruments(provider.getMeter('test'));
    for (let index = 0; index < 3_000; index += 1) {
      const hostile = `hostile-${index}`;
      instruments.recordRequest({
        method: hostile,
        endpoint: hostile,
        statusCode: 200,
        userType: 'anonymous',
        seconds: 1,
      });
      instruments.recordTurn({
        channel: instruments.channelOf(hostile),
        outcome: 'ended',
        seconds: 1,
      });
      instruments.recordModelCall(
        { operation: 'chat', provider: 'openai', model: 'gpt-4o', seconds: 1, errorType: hostile },
        'anonymous',
        0,
      );
      instruments.recordModelCall(
        { operation: 'chat', provider: 'openai', model: hostile, seconds: 1 },
        'anonymous',
        0,
      );
      instruments.recordFeedback('dislike', hostile);
      instruments.recordCacheLookup(hostile, false);
    }
    const { scopeMetrics } = await reader.read();
    for (const { descriptor, dataPoints } of scopeMetrics.flatMap(({ metrics }) => metrics))
      assert.ok(dataPoints.length <= 160, `${descriptor.name}: ${dataPoints.length}`);
  });
});

describe('labels', () => {
  it('are few whatever is sent', () => {
    const label = createBoundedLabel(3);
    const given = Array.from({ length: 1_000 }, (_, index) => label(`hostile-${index}`));
    assert.equal(new Set(given).size, 4);
    assert.equal(label('a"b\n{c}'.repeat(40)), 'other');
    assert.equal(label('hostile-1'), 'hostile-1');
  });
});

describe('who is active', () => {
  it('is forgotten after the window, and bounded within it', () => {
    let elapsedMs = 0;
    const keys = createActiveKeys({ windowMs: 1_000, most: 100, elapsedMs: () => elapsedMs });
    for (let index = 0; index < 500; index += 1) keys.see(`person-${index}`);
    assert.equal(keys.count(), 100);
    elapsedMs = 500;
    keys.see('person-499');
    elapsedMs = 1_200;
    assert.equal(keys.count(), 1);
  });
});

describe('prices', () => {
  const priceOf = createPricing({ ...readPriceList().models, mine: { prompt: 1, answer: 2 } });

  it('are data with a date, by model, dated version or deployment', () => {
    assert.match(readPriceList().asOf, /^\d{4}-\d{2}-\d{2}$/);
    assert.equal(priceOf('gpt-4o', { prompt: 1_000_000, answer: 100_000 }), 3.5);
    assert.equal(priceOf('gpt-4o-2024-08-06', { prompt: 1_000_000, answer: 0 }), 2.5);
    assert.equal(priceOf('mine', { prompt: 500_000, answer: 500_000 }), 1.5);
    assert.equal(priceOf('unheard-of', { prompt: 1, answer: 1 }), undefined);
  });
});

describe('topics', () => {
  const options = { minimumPeople: 3, most: 5 };

  it('need several people, and show their words alone', () => {
    const texts = [
      'visa sponsorship in Oslo',
      'Visa sponsorship for Anna Karlsson',
      'sponsoring a visa: visa sponsorship?',
    ];
    const topics = groupByTopic(
      texts.map((text, index) => ({ text, personKey: `p${index}` })),
      options,
    );
    assert.deepEqual(topics, [{ words: 'visa sponsorship', questions: 3, people: 3 }]);
  });

  it('are none where one person asks often', () => {
    const same = Array.from({ length: 9 }, () => ({ text: 'quantum careers', personKey: 'p1' }));
    assert.deepEqual(groupByTopic(same, options), []);
  });
});

describe('redaction', () => {
  it('takes out addresses, numbers and keys, and leaves the question', () => {
    assert.equal(
      redactPersonal(
        'Mail ana@x.example or call +47 912 34 567, my key is sk-abcdefghijklmnop1234: 10 years at 3 firms?',
      ),
      'Mail [mail address] or call [number], my key is [key]: 10 years at 3 firms?',
    );
  });
});
