import { createHmac } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Logger } from '#log.ts';
import { migrate } from '#services/database/open-database.ts';
import { type AlertMessage, slackBody, teamsBody, webhookBody } from './alert-messages.ts';

/** One place that is told of alerts. */
export interface AlertTarget {
  readonly kind: 'webhook' | 'teams' | 'slack';
  readonly url: string;
  /** Signs what a webhook gets; the others need none, their address is the secret. */
  readonly secret?: string;
}

export interface AlertDeliveriesOptions {
  readonly database: DatabaseSync;
  readonly targets: readonly AlertTarget[];
  readonly logger: Pick<Logger, 'warn' | 'error'>;
  readonly newId: () => string;
  readonly now: () => Date;
  readonly fetch?: typeof fetch;
  readonly firstRetryMs?: number;
}

export interface AlertDeliveries {
  /** Writes the message down for every target; sending goes on by itself. */
  send(message: AlertMessage): void;
  /** Sends what is due; resolves when each due message was tried once. */
  flush(): Promise<void>;
  stop(): void;
}

const bodies = { webhook: webhookBody, teams: teamsBody, slack: slackBody } as const;
const timeoutMs = 10_000;
/** With doubling waits from two seconds on, about half an hour. */
const mostAttempts = 10;
const mostWaiting = 500;

interface Row {
  readonly id: string;
  readonly target: string;
  readonly body: string;
  readonly attempts: number;
}

/**
 * Delivers alerts at least once, also across restarts: each message is written down first and tried again with growing waits.
 * Redirects are not followed and answers are not read, so that a target which points back here cannot make a loop. Beyond a
 * bound the oldest message is dropped and logged.
 */
export function openAlertDeliveries(options: AlertDeliveriesOptions): AlertDeliveries {
  const { database, targets, logger, newId, now, firstRetryMs = 2_000 } = options;
  migrate(database, {
    store: 'alert_deliveries',
    steps: [
      `CREATE TABLE alert_deliveries (
         id TEXT PRIMARY KEY, target TEXT NOT NULL, body TEXT NOT NULL,
         attempts INTEGER NOT NULL, due_at INTEGER NOT NULL
       ) STRICT`,
    ],
  });
  const insert = database.prepare('INSERT INTO alert_deliveries VALUES (?, ?, ?, 0, ?)');
  const due = database.prepare(
    `SELECT id, target, body, attempts FROM alert_deliveries
     WHERE due_at <= :now OR due_at > :now + :longestWait ORDER BY due_at LIMIT 50`,
  );
  const next = database.prepare('SELECT min(due_at) AS dueAt FROM alert_deliveries');
  const retry = database.prepare(
    'UPDATE alert_deliveries SET attempts = attempts + 1, due_at = ? WHERE id = ?',
  );
  const remove = database.prepare('DELETE FROM alert_deliveries WHERE id = ?');
  const trim = database.prepare(
    `DELETE FROM alert_deliveries WHERE id NOT IN (
       SELECT id FROM alert_deliveries ORDER BY due_at DESC LIMIT ${mostWaiting})`,
  );
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let running: Promise<void> | undefined;

  const deliver = async ({ id, target: kind, body, attempts }: Row): Promise<void> => {
    const target = targets.find((candidate) => candidate.kind === kind);
    if (target === undefined) return void remove.run(id);
    const problem = await post(target, { id, body }, options);
    if (isStopped) return;
    if (problem === undefined) return void remove.run(id);
    const isLast = attempts + 1 >= mostAttempts || problem.isFinal;
    const details = { target: kind, attempts: attempts + 1, problem: problem.reason };
    if (isLast) {
      remove.run(id);
      logger.error(details, 'an alert could not be delivered');
    } else {
      retry.run(now().getTime() + firstRetryMs * 2 ** attempts, id);
      logger.warn(details, 'an alert was not taken; it will be tried again');
    }
  };
  const longestWait = firstRetryMs * 2 ** mostAttempts;
  const work = async () => {
    // What is due later than any wait is long was noted before the clock was set back.
    for (const row of due.all({ now: now().getTime(), longestWait }) as unknown as Row[]) {
      if (isStopped) return;
      await deliver(row);
    }
  };
  const flush = (): Promise<void> => {
    running ??= work()
      .catch((error: unknown) => logger.error({ err: error }, 'alerts could not be delivered'))
      .finally(() => {
        running = undefined;
        schedule();
      });
    return running;
  };
  const schedule = () => {
    clearTimeout(timer);
    if (isStopped) return;
    const dueAt = (next.get() as { dueAt: number | null }).dueAt;
    if (dueAt === null) return;
    const waitMs = Math.min(Math.max(0, dueAt - now().getTime()), longestWait);
    timer = setTimeout(() => void flush(), waitMs).unref();
  };
  schedule();

  return {
    send(message) {
      for (const { kind } of targets)
        insert.run(newId(), kind, JSON.stringify(bodies[kind](message)), now().getTime());
      const { changes } = trim.run();
      if (Number(changes) > 0)
        logger.error({ dropped: Number(changes) }, 'too many alerts wait; the oldest were dropped');
      schedule();
    },
    flush,
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

/** Says what went wrong, if anything; `isFinal` where trying again cannot help. */
async function post(
  { url, kind, secret }: AlertTarget,
  { id, body }: { readonly id: string; readonly body: string },
  { now, fetch: send = fetch }: AlertDeliveriesOptions,
): Promise<{ readonly reason: string; readonly isFinal: boolean } | undefined> {
  const timestamp = String(Math.floor(now().getTime() / 1_000));
  try {
    const response = await send(url, {
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        'content-type': 'application/json',
        'user-agent': 'career-mentor-alerts',
        ...(kind === 'webhook' && signatureHeaders({ id, timestamp, body, secret })),
      },
      body,
    });
    await response.body?.cancel();
    if (response.ok) return undefined;
    const isFinal =
      response.status >= 400 && response.status < 500 && ![408, 425, 429].includes(response.status);
    return { reason: `it answered ${response.status || 'with a redirect'}`, isFinal };
  } catch (error) {
    // Its message may hold the address, which is a secret with Teams and Slack.
    return { reason: error instanceof Error ? error.name : 'unknown', isFinal: false };
  }
}

/** https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
function signatureHeaders({
  id,
  timestamp,
  body,
  secret,
}: {
  readonly id: string;
  readonly timestamp: string;
  readonly body: string;
  readonly secret: string | undefined;
}): Record<string, string> {
  const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp };
  if (secret === undefined) return headers;
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : secret;
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { ...headers, 'webhook-signature': `v1,${signature}` };
}
