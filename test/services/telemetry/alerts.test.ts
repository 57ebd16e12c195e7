import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openDatabase } from '#services/database/open-database.ts';
import { readAlertRules } from '#services/telemetry/alert-rules.ts';
import { openAlertStore } from '#services/telemetry/alert-store.ts';
import { createAlerts } from '#services/telemetry/alerts.ts';
import { type Alert, latencyBoundsSeconds } from '#services/telemetry/port.ts';
import { emptyTotals } from '#services/telemetry/read-series.ts';

const rules = readAlertRules();

function setUp(database = openDatabase(':memory:').database) {
  const told: [string, string][] = [];
  const clock = { elapsedMs: 0, wall: Date.parse('2026-11-23T10:00:00Z') };
  const figures = { asked: 100, failed: 0, isReady: true, slowSeconds: 0 };
  const within = (seconds: number) => {
    const totals = emptyTotals();
    totals.counts.answers = figures.asked - figures.failed;
    totals.counts.answerFailures = figures.failed;
    const bucket = latencyBoundsSeconds.findIndex((bound) => bound >= figures.slowSeconds);
    totals.latency.answer[bucket] = figures.asked;
    return {
      ...totals,
      at: new Date(clock.wall).toISOString(),
      seconds,
      gauges: {
        queueDepth: 0,
        queueAgeSeconds: 0,
        activeConversations: 0,
        activePeople: 0,
        waitingWrites: 0,
        isReady: figures.isReady,
        residentBytes: 0,
        eventLoopDelayMs: 0,
        circuits: {},
      },
    };
  };
  const open = () =>
    createAlerts({
      rules,
      store: openAlertStore(database),
      within,
      notify: (notice, { rule }) => told.push([notice, rule]),
      newId: () => crypto.randomUUID(),
      now: () => new Date(clock.wall),
      elapsedMs: () => clock.elapsedMs,
    });
  let alerts = open();
  return {
    told,
    clock,
    figures,
    alerts: () => alerts,
    /** As after a restart: the clock that never goes back begins anew. */
    restart() {
      clock.elapsedMs = 0;
      alerts = open();
    },
    pass(seconds: number) {
      for (let passed = 0; passed < seconds; passed += 10) {
        clock.elapsedMs += 10_000;
        clock.wall += 10_000;
        alerts.evaluate();
      }
    },
    states: () => alerts.list().map(({ rule, state }: Alert) => `${rule} ${state}`),
  };
}

describe('alerts', () => {
  it('have the rules that were agreed', () => {
    const short = rules.map(({ metric, threshold, forSeconds }) => [metric, threshold, forSeconds]);
    for (const wanted of [
      ['errorRate', 0.05, 120],
      ['errorRate', 0.15, 60],
      ['responseTimeP95Seconds', 5, 180],
      ['responseTimeP95Seconds', 10, 60],
    ])
      assert.ok(
        short.some((rule) => JSON.stringify(rule) === JSON.stringify(wanted)),
        String(wanted),
      );
    assert.deepEqual([...new Set(rules.map(({ metric }) => metric))].toSorted(), [
      'circuitsOpen',
      'costPerHourUsd',
      'errorRate',
      'firstWordP95Seconds',
      'notReady',
      'queueAgeSeconds',
      'responseTimeP95Seconds',
      'thumbsDownShare',
    ]);
  });

  it('fire once the rule was broken for long enough, and not before', () => {
    const { figures, pass, told } = setUp();
    figures.failed = 8;
    pass(120);
    assert.deepEqual(told, []);
    pass(10);
    assert.deepEqual(told, [['fired', 'error-rate']]);
    pass(600);
    assert.equal(told.length, 1, 'it is told once');
  });

  it('do not flap at the edge: what comes in between neither fires nor resolves', () => {
    const { figures, pass, told, states } = setUp();
    figures.failed = 8;
    pass(130);
    for (let round = 0; round < 20; round += 1) {
      figures.failed = round % 2 === 0 ? 5 : 6;
      pass(30);
    }
    assert.deepEqual(told, [['fired', 'error-rate']]);
    assert.deepEqual(states(), ['error-rate firing']);
  });

  it('are resolved only after a while on the good side, and start from nothing after that', () => {
    const { figures, pass, told, states } = setUp();
    figures.failed = 8;
    pass(130);
    figures.failed = 0;
    pass(120);
    assert.deepEqual(states(), ['error-rate firing']);
    pass(10);
    assert.deepEqual(told.at(-1), ['resolved', 'error-rate']);
    figures.failed = 8;
    pass(60);
    assert.equal(told.length, 2);
  });

  it('are acknowledged, and then resolve by themselves', () => {
    const { alerts, figures, pass, told, states } = setUp();
    figures.isReady = false;
    pass(70);
    const [alert] = alerts().list();
    assert.equal(alerts().acknowledge(alert?.id ?? '')?.state, 'acknowledged');
    alerts().acknowledge(alert?.id ?? '');
    assert.deepEqual(states(), ['not-ready acknowledged']);
    figures.isReady = true;
    pass(130);
    assert.deepEqual(
      told.map(([notice]) => notice),
      ['fired', 'acknowledged', 'resolved'],
    );
    assert.equal(alerts().acknowledge('unknown'), undefined);
  });

  it('outlive a restart without firing again', () => {
    const { figures, pass, restart, told, states } = setUp();
    figures.failed = 8;
    pass(130);
    restart();
    assert.deepEqual(states(), ['error-rate firing']);
    pass(300);
    assert.equal(told.length, 1);
    figures.failed = 0;
    pass(130);
    assert.deepEqual(told.at(-1), ['resolved', 'error-rate']);
  });

  it('care for no jump of the time of day', () => {
    const { clock, figures, pass, told } = setUp();
    figures.failed = 8;
    pass(60);
    clock.wall += 86_400_000;
    pass(10);
    assert.deepEqual(told, []);
    clock.wall -= 7 * 86_400_000;
    pass(60);
    assert.deepEqual(told, [['fired', 'error-rate']]);
  });

  it('say nothing of a few bad requests among few', () => {
    const { figures, pass, told } = setUp();
    Object.assign(figures, { asked: 4, failed: 4 });
    pass(600);
    assert.deepEqual(told, []);
  });

  it('are kept and not told in maintenance; what still fires at its end is told then', () => {
    const { alerts, figures, pass, told, states } = setUp();
    alerts().setMaintenance(10);
    figures.failed = 8;
    pass(130);
    assert.deepEqual(states(), ['error-rate firing']);
    assert.deepEqual(told, []);
    pass(600);
    assert.equal(alerts().maintenanceUntil(), undefined);
    assert.deepEqual(told, [['fired', 'error-rate']]);
  });

  it('that come and go within maintenance are told to nobody', () => {
    const { alerts, figures, pass, told } = setUp();
    alerts().setMaintenance(60);
    figures.failed = 8;
    pass(130);
    figures.failed = 0;
    pass(130);
    assert.equal(alerts().list()[0]?.state, 'resolved');
    assert.deepEqual(told, []);
  });
});
