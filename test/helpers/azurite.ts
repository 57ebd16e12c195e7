import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';

/** The account that Azurite serves, with its published key. */
const account = 'devstoreaccount1';
const accountKey =
  'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

export interface Azurite {
  readonly port: number;
  /** The address of the account, at which an identity asks for containers. */
  readonly accountUrl: string;
  readonly connectionString: string;
  close(): Promise<void>;
}

/** How a client reaches the account at another port, such as that of a proxy; also with another key. */
export function azuriteConnection(port: number, key = accountKey): string {
  return `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${key};BlobEndpoint=http://127.0.0.1:${port}/${account};`;
}

/**
 * Starts Azurite's blob service on a free port, with its data in memory. With a certificate it speaks TLS and takes the
 * tokens of identities.
 */
export async function startAzurite(tls?: {
  readonly certificatePath: string;
  readonly keyPath: string;
}): Promise<Azurite> {
  const program = import.meta.resolve('azurite/dist/src/blob/main.js');
  const child = spawn(
    process.execPath,
    [
      new URL(program).pathname,
      ...['--blobHost', '127.0.0.1', '--blobPort', '0', '--inMemoryPersistence'],
      // The SDK's version of the service's API is newer than the one that Azurite knows.
      ...['--skipApiVersionCheck', '--disableTelemetry', '--silent'],
      ...(tls ? ['--oauth', 'basic', '--cert', tls.certificatePath, '--key', tls.keyPath] : []),
    ],
    { cwd: tmpdir(), stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const port = await readPort(child.stdout);
  child.stdout.resume();
  return {
    port,
    accountUrl: `${tls ? 'https' : 'http'}://127.0.0.1:${port}/${account}`,
    connectionString: azuriteConnection(port),
    async close() {
      process.off('exit', kill);
      if (child.exitCode !== null) return;
      kill();
      await once(child, 'exit');
    },
  };
}

async function readPort(output: NodeJS.ReadableStream): Promise<number> {
  for await (const line of createInterface({ input: output })) {
    const port = /successfully listens on \S+:(\d+)/.exec(line)?.[1];
    if (port !== undefined) return Number(port);
  }
  throw new Error('Azurite ended before it listened.');
}
