import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/**
 * Why a call without a signature is not taken for one of this machine's own, or `undefined` where it is. A proxy or a tunnel
 * calls from this machine too, so the address that the caller used and the one that replies would go to must be local as well.
 */
export function findForeignPart(request: IncomingMessage, serviceUrl: string): string | undefined {
  if (!isLoopback(request.socket.remoteAddress ?? '')) return 'the caller is another machine';
  if (!isLoopback(hostnameOf(`http://${request.headers.host ?? ''}`)))
    return 'it was addressed to another name than this machine’s own';
  if (!isLoopback(hostnameOf(serviceUrl))) return 'its service URL is another machine’s';
  return undefined;
}

function hostnameOf(url: string): string {
  if (!URL.canParse(url)) return '';
  return new URL(url).hostname.replace(/^\[|\]$/g, '');
}

function isLoopback(host: string): boolean {
  if (host === 'localhost' || host.endsWith('.localhost')) return true;
  const version = isIP(host);
  return version !== 0 && loopback.check(host, version === 6 ? 'ipv6' : 'ipv4');
}
