import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { listenLocally, stopServer } from './local-server.ts';

export interface RedisServer {
  readonly port: number;
  readonly url: string;
  /** Ends it at once, as a crash does. */
  kill(): Promise<void>;
  /** Starts it again at the same port, empty. */
  start(): Promise<void>;
  /** Holds it still: connections stay open, and nothing answers. */
  freeze(): void;
  thaw(): void;
}

/** Why tests with Redis cannot run here; nothing where they can. */
export function whyNoRedis(): string | false {
  const { error } = spawnSync('redis-server', ['--version']);
  return error === undefined
    ? false
    : 'redis-server is not installed; get it with: apt-get install redis-server';
}

/** A real Redis on a free loopback port that keeps nothing on disk; end it with `kill`. */
export async function startRedisServer(): Promise<RedisServer> {
  const port = await freePort();
  let server: ChildProcess | undefined;
  const start = async () => {
    const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly'];
    server = spawn('redis-server', [...options, 'no'], { stdio: 'ignore' });
    for (let attempt = 0; attempt < 200; attempt += 1) {
      if (await answers(port)) return;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error(`redis-server did not start on port ${port}`);
  };
  await start();
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    start,
    async kill() {
      if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
      const exited = once(server, 'exit');
      server.kill('SIGKILL');
      await exited;
    },
    freeze: () => void server?.kill('SIGSTOP'),
    thaw: () => void server?.kill('SIGCONT'),
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listenLocally(server);
  await stopServer(server);
  return port;
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
