import { setTimeout as wait } from 'node:timers/promises';
import type { Alert } from '#services/telemetry/port.ts';

/** What became of an alert, in seconds since it was expected. */
export interface AlertLife {
  readonly rule: string;
  readonly firedAfterSeconds: number;
  readonly acknowledgedAfterSeconds: number;
  readonly resolvedAfterSeconds: number;
}

const everyMs = 500;

/**
 * Waits until the rule fires, acknowledges it over the API, tells `onAcknowledged`, and waits until it is resolved by itself.
 * Rejects where one of it does not come in time.
 */
export async function watchAlert(
  origin: string,
  {
    rule,
    onAcknowledged,
    timeoutMs,
  }: { readonly rule: string; readonly onAcknowledged: () => void; readonly timeoutMs: number },
): Promise<AlertLife> {
  const startedMs = performance.now();
  const seconds = () => Math.round((performance.now() - startedMs) / 100) / 10;
  const until = async (state: Alert['state']): Promise<Alert> => {
    while (performance.now() - startedMs < timeoutMs) {
      const response = await fetch(`${origin}/monitoring/alerts`);
      const { alerts } = (await response.json()) as { alerts: Alert[] };
      const found = alerts.find((alert) => alert.rule === rule && alert.state === state);
      if (found !== undefined) return found;
      await wait(everyMs);
    }
    throw new Error(`the alert ${rule} was not ${state} within ${timeoutMs} ms`);
  };
  const fired = await until('firing');
  const firedAfterSeconds = seconds();
  const response = await fetch(`${origin}/monitoring/alerts/${fired.id}/acknowledge`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  if (!response.ok) throw new Error(`acknowledging it answered ${response.status}`);
  const acknowledged = await until('acknowledged');
  const acknowledgedAfterSeconds = seconds();
  onAcknowledged();
  const resolved = await until('resolved');
  if (resolved.id !== acknowledged.id) throw new Error('another alert of the rule was resolved');
  return { rule, firedAfterSeconds, acknowledgedAfterSeconds, resolvedAfterSeconds: seconds() };
}
