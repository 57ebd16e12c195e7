import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { WebSocket, WebSocketServer } from 'ws';
import { admitFrontDoorAlone } from '#api/front-door.ts';
import { createHttpServer } from '#api/http-server.ts';
import { createLogger } from '#log.ts';

const id = '0a1b2c3d-0000-4000-8000-00000000abcd';

describe('a server behind Front Door', () => {
  const server = createHttpServer({ logger: createLogger('silent') });
  const sockets = new WebSocketServer({ noServer: true });
  let origin = '';
  const ask = async (path: string, given?: string) => {
    const headers: Record<string, string> = given === undefined ? {} : { 'X-Azure-FDID': given };
    const response = await fetch(origin + path, { headers });
    return { status: response.status, body: await response.text() };
  };

  before(async () => {
    admitFrontDoorAlone(server, id);
    for (const path of ['/', '/health', '/health/live', '/health/ready'])
      server.get(path, async (_request, response) => {
        response.send(200, 'here');
      });
    server.on('upgrade', (request, socket, head) =>
      sockets.handleUpgrade(request, socket, head, (client) => client.send('here')),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.server.closeAllConnections();
    server.close();
  });

  it('answers what came through it, however its id is written', async () => {
    assert.equal((await ask('/', id)).status, 200);
    assert.equal((await ask('/', id.toUpperCase())).status, 200);
  });

  it('refuses who came another way, or through another one', async () => {
    for (const given of [undefined, '', '0a1b2c3d-0000-4000-8000-00000000abce']) {
      const { status, body } = await ask('/', given);
      assert.equal(status, 403);
      assert.match(body, /"code":"not-permitted".*use its public address/);
    }
  });

  it('tells its health to the platform, which does not come through it, and nothing else', async () => {
    for (const path of ['/health', '/health/live', '/health/ready', '/health/ready?x=1'])
      assert.equal((await ask(path)).status, 200, path);
    for (const path of ['/healthy', '/health/live/../../', '/health/other'])
      assert.equal((await ask(path)).status, 403, path);
  });

  it('opens a WebSocket for who came through it alone', async () => {
    const address = origin.replace('http', 'ws');
    const admitted = new WebSocket(address, { headers: { 'X-Azure-FDID': id } });
    const [message] = (await once(admitted, 'message')) as [Buffer];
    assert.equal(message.toString(), 'here');
    admitted.terminate();
    const refused = new WebSocket(address);
    const [error] = (await once(refused, 'error')) as [Error];
    assert.match(error.message, /403/);
  });
});
