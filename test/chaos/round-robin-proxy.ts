import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { listenLocally, readBody, stopServer } from '#test/helpers/local-server.ts';

export interface RoundRobinProxy {
  /** Where people reach the replicas. */
  readonly origin: string;
  /** How many requests each replica answered, by origin. */
  readonly served: ReadonlyMap<string, number>;
  /** Requests that somebody got no good answer to: what the replica said, or that it said nothing. */
  readonly failures: readonly string[];
  close(): Promise<void>;
}

const lookEveryMs = 200;
const answerWithinMs = 10_000;

/**
 * Stands before replicas as a load balancer does: one after another gets a request, those alone that say that they are ready.
 * A request that a replica has begun with is not given to another.
 */
export async function startRoundRobinProxy(origins: readonly string[]): Promise<RoundRobinProxy> {
  const ready = new Set<string>(origins);
  const served = new Map<string, number>();
  const failures: string[] = [];
  let turn = 0;
  const look = async (origin: string) => {
    const signal = AbortSignal.timeout(answerWithinMs);
    const status = await fetch(`${origin}/health/ready`, { signal }).then(
      async (response) => {
        await response.body?.cancel();
        return response.status;
      },
      () => (signal.aborted ? 'slow' : 'gone'),
    );
    if (status === 200) ready.add(origin);
    // One that is slow to say so is still there.
    else if (status !== 'slow') ready.delete(origin);
  };
  const looking = setInterval(() => void Promise.all(origins.map(look)), lookEveryMs);
  const next = (): string => {
    const candidates = origins.filter((origin) => ready.has(origin));
    turn += 1;
    return candidates[turn % candidates.length] ?? origins[0] ?? '';
  };
  const server = createServer(async (incoming, response) => {
    const origin = next();
    const status = await passOn(origin, incoming, await readBody(incoming), response);
    served.set(origin, (served.get(origin) ?? 0) + 1);
    if (status >= 500)
      failures.push(
        `${incoming.method} ${incoming.url} at ${origin}: ${status}, ready: ${[...ready]}`,
      );
  });
  const port = await listenLocally(server);
  return {
    origin: `http://127.0.0.1:${port}`,
    served,
    failures,
    async close() {
      clearInterval(looking);
      await stopServer(server);
    },
  };
}

/** Resolves to the status with which it ended; 502 where the replica said nothing. */
function passOn(
  origin: string,
  { method, url, headers }: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
): Promise<number> {
  return new Promise((resolve) => {
    const outgoing = request(
      new URL(url ?? '/', origin),
      { method, headers, agent: false },
      (answer) => {
        const status = answer.statusCode ?? 502;
        response.writeHead(status, answer.headers);
        answer.pipe(response);
        answer.on('end', () => resolve(status));
        answer.on('error', () => resolve(502));
      },
    );
    outgoing.on('error', () => {
      if (!response.headersSent) response.writeHead(502);
      response.end();
      resolve(502);
    });
    outgoing.end(body);
  });
}
