import { lookup } from 'node:dns/promises';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** How long a server may take to pick up. */
const connectTimeoutMs = 3_000;

const tlsPorts: Readonly<Record<string, number>> = { 'https:': 443, 'rediss:': 6_379 };
const plainPorts: Readonly<Record<string, number>> = { 'http:': 80, 'redis:': 6_379 };

/**
 * Looks for what keeps a service from being reached, one step after another: its name, its port, its certificate.
 * Resolves to a sentence, or to nothing where all of them are fine.
 */
export async function probeAddress(address: string): Promise<string | undefined> {
  const url = URL.parse(address);
  if (url === null) return undefined;
  const { protocol } = url;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port) || tlsPorts[protocol] || plainPorts[protocol];
  if (port === undefined) return undefined;
  try {
    await lookup(host);
  } catch {
    return `The name ${host} does not resolve.`;
  }
  const failure = await connectOnce(connectTcp({ host, port }), 'connect');
  if (failure !== undefined)
    return `Nothing takes connections at ${host}, port ${port} (${failure}).`;
  if (tlsPorts[protocol] === undefined) return undefined;
  const servername = /^[\d.]+$|:/.test(host) ? {} : { servername: host };
  const refusal = await connectOnce(connectTls({ host, port, ...servername }), 'secureConnect');
  return refusal === undefined ? undefined : explainTls(host, port, refusal);
}

/** Resolves to the code of what went wrong, or to nothing. */
function connectOnce(socket: Socket, opened: string): Promise<string | undefined> {
  return new Promise<string | undefined>((resolve) => {
    socket.setTimeout(connectTimeoutMs, () => resolve('no answer'));
    socket.once(opened, () => resolve(undefined));
    socket.once('close', () => resolve('closed'));
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  }).finally(() => socket.destroy());
}

function explainTls(host: string, port: number, code: string): string {
  if (/SSL|EPROTO|closed|ECONNRESET|no answer/.test(code))
    return `At ${host}, port ${port}, nothing speaks TLS (${code}).`;
  return code === 'ERR_TLS_CERT_ALTNAME_INVALID'
    ? `The certificate at ${host} was made for another name.`
    : `The certificate of ${host} is not accepted (${code}); one of your own authority is named by NODE_EXTRA_CA_CERTS.`;
}
