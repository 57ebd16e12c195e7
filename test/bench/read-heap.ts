import { WebSocket } from 'ws';

/** Collects the garbage of a Node process and reads what is left, by the inspector address that it printed. */
export async function readHeapBytes(printed: string): Promise<number> {
  const address = /ws:\/\/\S+/.exec(printed)?.[0];
  if (address === undefined) throw new Error('The program was not started with an inspector');
  const socket = new WebSocket(address);
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  try {
    await call(socket, 1, 'HeapProfiler.collectGarbage');
    const { usedSize, backingStorageSize = 0 } = await call(socket, 2, 'Runtime.getHeapUsage');
    return Number(usedSize) + Number(backingStorageSize);
  } finally {
    socket.close();
  }
}

/** One call of the inspector's protocol: https://chromedevtools.github.io/devtools-protocol/v8/ */
function call(socket: WebSocket, id: number, method: string): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const listen = (data: unknown) => {
      const message = JSON.parse(String(data)) as Record<string, unknown>;
      if (message['id'] !== id) return;
      socket.off('message', listen);
      const { result, error } = message;
      if (error === undefined) resolve(result as Record<string, unknown>);
      else reject(new Error(`${method} failed: ${JSON.stringify(error)}`));
    };
    socket.on('message', listen);
    socket.send(JSON.stringify({ id, method }));
  });
}
