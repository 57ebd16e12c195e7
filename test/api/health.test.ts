import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { attachHealth, type HealthOptions } from '#api/health.ts';
import { createHttpServer } from '#api/http-server.ts';
import { silentLogger } from '#test/helpers/silent-logger.ts';

/** Serves the health routes for the time of one check. */
async function ask(path: string, options: HealthOptions): Promise<Response> {
  const server = createHttpServer({ logger: silentLogger });
  attachHealth(server, options);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const response = await fetch(`http://127.0.0.1:${server.address().port}${path}`);
    return new Response(await response.text(), response);
  } finally {
    server.close();
  }
}

const up = { name: 'index', required: true, check: async () => {} };
const down = (required: boolean) => ({
  name: 'cache',
  required,
  check: () => Promise.reject(new Error('redis://secret@10.0.0.1 refused')),
});

describe('the health routes', () => {
  it('are ready when everything required is up, and name each dependency', async () => {
    const response = await ask('/health/ready', {
      isServing: () => true,
      dependencies: [up, down(false)],
    });
    assert.equal(response.status, 200);
    const { status, dependencies } = (await response.json()) as {
      status: string;
      dependencies: { name: string; status: string }[];
    };
    assert.equal(status, 'ready');
    assert.deepEqual(
      dependencies.map((dependency) => [dependency.name, dependency.status]),
      [
        ['index', 'up'],
        ['cache', 'down'],
      ],
    );
  });

  it('are not ready when something required is down, and leak no address', async () => {
    const response = await ask('/health/ready', {
      isServing: () => true,
      dependencies: [up, down(true)],
    });
    assert.equal(response.status, 503);
    assert.doesNotMatch(await response.text(), /secret|10\.0\.0\.1|redis/);
  });

  it('are not ready while the program starts or stops, though it lives', async () => {
    const options = { isServing: () => false, dependencies: [up] };
    assert.equal((await ask('/health/ready', options)).status, 503);
    assert.equal((await ask('/health/live', options)).status, 200);
  });

  it('tell circuits and waiting writes, and neither hinders', async () => {
    const response = await ask('/health/ready', {
      isServing: () => true,
      dependencies: [up],
      circuits: [{ name: 'cosmos', state: () => 'open' }],
      waitingWrites: () => 3,
    });
    assert.equal(response.status, 200);
    const { circuits, waitingWrites } = (await response.json()) as Record<string, unknown>;
    assert.deepEqual(circuits, [{ name: 'cosmos', state: 'open' }]);
    assert.equal(waitingWrites, 3);
  });

  it('ask a dependency once for all who want to know at the same time', async () => {
    let checks = 0;
    const check = async () => {
      checks += 1;
    };
    const counted = { ...up, check };
    const server = createHttpServer({ logger: silentLogger });
    attachHealth(server, {
      isServing: () => true,
      dependencies: [counted],
      findingHoldsMs: 60_000,
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const origin = `http://127.0.0.1:${server.address().port}`;
    await Promise.all(
      ['/health', '/health/ready', '/health/ready'].map((path) => fetch(origin + path)),
    );
    server.close();
    assert.equal(checks, 1);
  });

  it('take silence for down, and tell the check to stop', async () => {
    let signal: AbortSignal | undefined;
    const silent = {
      name: 'silent',
      required: true,
      check: (given: AbortSignal) => {
        signal = given;
        return new Promise<never>(() => {});
      },
    };
    const response = await ask('/health/ready', { isServing: () => true, dependencies: [silent] });
    assert.equal(response.status, 503);
    assert.equal(signal?.aborted, true);
  });
});
