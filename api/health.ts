import type { Server } from 'restify';

/** One thing the program depends on; `check` rejects where it does not work. */
export interface Dependency {
  readonly name: string;
  /** Whether the program can serve anybody without it. */
  readonly required: boolean;
  check(): Promise<void>;
}

export interface HealthOptions {
  readonly dependencies: readonly Dependency[];
  /** Circuit breakers by name; an open one is told, and hinders nobody: each has its fallback. */
  readonly circuits?: readonly { readonly name: string; state(): string }[];
  /** False while starting and from the moment the program begins to stop. */
  isServing(): boolean;
}

/** How long one dependency may take before it counts as down. */
const checkTimeoutMs = 2_000;

/**
 * `/health/live`: the process answers. `/health/ready`: it serves people, with each dependency by name and without
 * addresses; 503 where a required one is down. `/health` is the same report for people's eyes.
 */
export function attachHealth(server: Server, options: HealthOptions): void {
  server.get('/health/live', async (_request, response) => {
    response.send(200, { status: 'live' });
  });
  for (const path of ['/health', '/health/ready'])
    server.get(path, async (_request, response) => {
      const { isReady, report } = await inspect(options);
      response.send(isReady ? 200 : 503, report);
    });
}

async function inspect({ dependencies, circuits = [], isServing }: HealthOptions) {
  const checked = await Promise.all(
    dependencies.map(async ({ name, required, check }) => {
      const startedMs = performance.now();
      const isUp = await withinTime(check());
      return {
        name,
        required,
        status: isUp ? 'up' : 'down',
        latencyMs: Math.round(performance.now() - startedMs),
      };
    }),
  );
  const isReady =
    isServing() && checked.every(({ required, status }) => !required || status === 'up');
  return {
    isReady,
    report: {
      status: isReady ? 'ready' : 'not-ready',
      dependencies: checked,
      circuits: circuits.map((circuit) => ({ name: circuit.name, state: circuit.state() })),
    },
  };
}

async function withinTime(check: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), checkTimeoutMs);
  });
  try {
    return await Promise.race([check.then(() => true), late]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
