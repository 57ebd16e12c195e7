import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { ConnectorClient } from 'botframework-connector';
import { giveUpOnSilence } from '#bot/channels/bot-framework/give-up-on-silence.ts';
import { mayPass } from '#bot/turn-failure.ts';

test('a channel that takes the connection and says nothing is given up, and tried again later', async (t) => {
  let connections = 0;
  const silent = createServer((socket) => {
    connections += 1;
    t.after(() => socket.destroy());
  });
  await new Promise<void>((resolve) => void silent.listen(0, '127.0.0.1', resolve));
  t.after(() => silent.close());
  const { port } = silent.address() as { port: number };
  const connector = giveUpOnSilence(
    new ConnectorClient(
      { signRequest: async (request) => request },
      { baseUri: `http://127.0.0.1:${port}` },
    ),
    50,
  );
  const thrown = await connector.conversations
    .sendToConversation('c', { type: 'message', text: 'Hello' } as never)
    .then(
      () => undefined,
      (error: unknown) => error,
    );
  assert.match(String(thrown), /ChannelSilent: The channel did not answer within 0.05 seconds/);
  assert.ok(mayPass(thrown));
  assert.equal(connections, 1);
});
