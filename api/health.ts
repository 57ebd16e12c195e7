import type { Server } from 'restify';

/** One thing the program depends on; `check` rejects where it does not work. */
export interface Dependency {
  readonly name: string;
  /** Whether the program can serve nobody without it. What has a fallback is told, and hinders nobody. */
  readonly required: boolean;
  /** The signal ends with the time that a check may take. */
  check(signal: AbortSignal): Promise<void>;
}

export interface HealthOptions {
  readonly dependencies: readonly Dependency[];
  /** Circuit breakers by name; an open one is told, and hinders nobody: each has its fallback. */
  readonly circuits?: readonly { readonly name: string; state(): string }[];
  /** How many writes wait until their store can be reached again. */
  readonly waitingWrites?: () => number;
  /** False while starting and from the moment the program begins to stop. */
  isServing(): boolean;
  /** For so long a finding holds: probes come often, and some services ask a price for each call. */
  readonly findingHoldsMs?: number;
}

/** How long one dependency may take before it counts as down. */
const checkTimeoutMs = 2_000;

/**
 * `/health/live`: the process answers. `/health/ready`: it serves people, with each dependency by name and without
 * addresses; 503 where a required one is down. `/health` is the same report for people's eyes. Gives the same finding to whoever
 * asks within the program: whether it serves people.
 */
export function attachHealth(server: Server, options: HealthOptions): () => Promise<boolean> {
  const { findingHoldsMs = 5_000 } = options;
  const checks = options.dependencies.map((dependency) => createCheck(dependency, findingHoldsMs));
  server.get('/health/live', async (_request, response) => {
    response.send(200, { status: 'live' });
  });
  for (const path of ['/health', '/health/ready'])
    server.get(path, async (_request, response) => {
      const { isReady, report } = await inspect(checks, options);
      response.send(isReady ? 200 : 503, report);
    });
  return async () => (await inspect(checks, options)).isReady;
}

interface Finding {
  readonly name: string;
  readonly required: boolean;
  readonly status: 'up' | 'down';
  readonly latencyMs: number;
}

async function inspect(
  checks: readonly (() => Promise<Finding>)[],
  { circuits = [], waitingWrites = () => 0, isServing }: HealthOptions,
) {
  const dependencies = await Promise.all(checks.map((check) => check()));
  const isReady =
    isServing() && dependencies.every(({ required, status }) => !required || status === 'up');
  return {
    isReady,
    report: {
      status: isReady ? 'ready' : 'not-ready',
      dependencies,
      circuits: circuits.map((circuit) => ({ name: circuit.name, state: circuit.state() })),
      waitingWrites: waitingWrites(),
    },
  };
}

/** Asks the dependency at most once in a while, whoever wants to know; all who ask meanwhile get the same finding. */
function createCheck(
  { name, required, check }: Dependency,
  findingHoldsMs: number,
): () => Promise<Finding> {
  let latest: { readonly finding: Promise<Finding>; readonly untilMs: number } | undefined;
  const look = async (): Promise<Finding> => {
    const startedMs = performance.now();
    const isUp = await withinTime(check);
    const latencyMs = Math.round(performance.now() - startedMs);
    return { name, required, status: isUp ? 'up' : 'down', latencyMs };
  };
  return () => {
    if (latest === undefined || performance.now() >= latest.untilMs)
      latest = { finding: look(), untilMs: performance.now() + findingHoldsMs };
    return latest.finding;
  };
}

async function withinTime(check: Dependency['check']): Promise<boolean> {
  const controller = new AbortController();
  const { promise: late, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => {
    resolve(false);
    controller.abort();
  }, checkTimeoutMs);
  try {
    return await Promise.race([check(controller.signal).then(() => true), late]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
