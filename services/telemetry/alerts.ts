import { type AlertRule, isBroken, isClear, measure } from './alert-rules.ts';
import type { AlertStore } from './alert-store.ts';
import type { Alert, Alerts, HistoryPoint } from './port.ts';

/** What is told of an alert. */
export type AlertNotice = 'fired' | 'acknowledged' | 'resolved';

export interface AlertsOptions {
  readonly rules: readonly AlertRule[];
  readonly store: AlertStore;
  /** What happened within the newest so many seconds. */
  readonly within: (seconds: number) => HistoryPoint | undefined;
  readonly notify: (notice: AlertNotice, alert: Alert) => void;
  readonly newId: () => string;
  readonly now: () => Date;
  /** Milliseconds on a clock that never goes back: no change of the time of day fires or ends an alert. */
  readonly elapsedMs: () => number;
}

export interface WatchedAlerts extends Alerts {
  /** Holds every rule against the newest figures; call it after each reading. */
  evaluate(): void;
}

/** Since when a rule is broken, or clear again, on the clock that never goes back. */
interface Progress {
  brokenSinceMs?: number | undefined;
  clearSinceMs?: number | undefined;
}

/**
 * Watches the rules. An alert fires once its rule was broken for long enough, and is resolved once the value was well on the
 * good side for long enough; what comes in between changes nothing. What is under way outlives a restart.
 */
export function createAlerts(options: AlertsOptions): WatchedAlerts {
  const { rules, store, now } = options;
  const progress = new Map<string, Progress>();
  const isMuted = () => {
    const until = store.maintenanceUntil();
    return until !== undefined && Date.parse(until) > now().getTime();
  };
  const change = (alert: Alert, notice: AlertNotice) => {
    store.put(alert);
    if (!alert.muted && !isMuted()) options.notify(notice, alert);
  };
  const endForgottenRules = () => {
    const known = new Set(rules.map(({ rule }) => rule));
    for (const alert of store.open())
      if (!known.has(alert.rule))
        change({ ...alert, state: 'resolved', resolvedAt: now().toISOString() }, 'resolved');
  };
  endForgottenRules();

  const check = (rule: AlertRule, current: Alert | undefined) => {
    const state = progress.get(rule.rule) ?? {};
    progress.set(rule.rule, state);
    const value = measure(rule, options.within(rule.windowSeconds));
    if (current === undefined) {
      const alert = watchQuiet(rule, value, state, options);
      if (alert !== undefined) change({ ...alert, muted: isMuted() }, 'fired');
      return;
    }
    // What still fires when the maintenance ends is told then.
    if (current.muted && current.state === 'firing' && !isMuted()) {
      change({ ...current, muted: false }, 'fired');
      return;
    }
    const changed = watchFiring(rule, value, current, state, options);
    if (changed?.state === 'resolved') change(changed, 'resolved');
    else if (changed !== undefined) store.put(changed);
  };

  return {
    evaluate() {
      const open = new Map(store.open().map((alert) => [alert.rule, alert]));
      for (const rule of rules) check(rule, open.get(rule.rule));
    },
    list: () => [...store.open(), ...store.resolved(50)],
    acknowledge(id) {
      const alert = store.open().find((candidate) => candidate.id === id);
      if (alert === undefined || alert.state === 'acknowledged') return alert;
      const acknowledged: Alert = {
        ...alert,
        state: 'acknowledged',
        acknowledgedAt: now().toISOString(),
      };
      change(acknowledged, 'acknowledged');
      return acknowledged;
    },
    maintenanceUntil: () => (isMuted() ? store.maintenanceUntil() : undefined),
    setMaintenance(minutes) {
      store.setMaintenance(
        minutes === 0 ? undefined : new Date(now().getTime() + minutes * 60_000).toISOString(),
      );
    },
  };
}

/** The alert that fires now, if any. */
function watchQuiet(
  rule: AlertRule,
  value: number | undefined,
  state: Progress,
  { elapsedMs, newId, now }: AlertsOptions,
): Omit<Alert, 'muted'> | undefined {
  if (value === undefined || !isBroken(rule, value)) {
    state.brokenSinceMs = undefined;
    return undefined;
  }
  state.brokenSinceMs ??= elapsedMs();
  if (elapsedMs() - state.brokenSinceMs < rule.forSeconds * 1_000) return undefined;
  state.brokenSinceMs = undefined;
  state.clearSinceMs = undefined;
  const { title, severity, metric, comparison, threshold } = rule;
  const startedAt = now().toISOString();
  const fixed = { id: newId(), rule: rule.rule, title, severity, metric, comparison, threshold };
  return { ...fixed, state: 'firing', value, startedAt };
}

/** The alert as it is now, if it changed. Where nothing is measured, nothing is wrong any more. */
function watchFiring(
  rule: AlertRule,
  value: number | undefined,
  alert: Alert,
  state: Progress,
  { elapsedMs, now }: AlertsOptions,
): Alert | undefined {
  if (value !== undefined && !isClear(rule, value)) {
    state.clearSinceMs = undefined;
    return isBroken(rule, value) && value !== alert.value ? { ...alert, value } : undefined;
  }
  state.clearSinceMs ??= elapsedMs();
  if (elapsedMs() - state.clearSinceMs < rule.clearForSeconds * 1_000) return undefined;
  state.clearSinceMs = undefined;
  return { ...alert, state: 'resolved', resolvedAt: now().toISOString() };
}
