import type { IncomingMessage } from 'node:http';
import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** Addresses that only a proxy of ours can have: https://www.rfc-editor.org/rfc/rfc6890 */
const inner = new BlockList();
for (const [address, prefix] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
  ['169.254.0.0', 16],
] as const)
  inner.addSubnet(address, prefix, 'ipv4');
for (const [address, prefix] of [
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
] as const)
  inner.addSubnet(address, prefix, 'ipv6');

/**
 * From where a request comes, for counting: the connection's other end, or, where that is a proxy on an inner address, whom the
 * proxy names last. What Front Door names is believed only where nothing else can reach the server.
 */
export function clientAddress(
  { headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>,
  { isBehindFrontDoor = false } = {},
): string {
  const peer = withoutMapping(socket.remoteAddress ?? '');
  const named = isBehindFrontDoor
    ? headers['x-azure-clientip']
    : isInner(peer) &&
      String(headers['x-forwarded-for'] ?? '')
        .split(',')
        .at(-1);
  const address = withoutMapping(String(named || '').trim());
  return networkOf(isIPv4(address) || isIPv6(address) ? address : peer);
}

function isInner(address: string): boolean {
  return inner.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

/** IPv4 as a socket that speaks both writes it. */
function withoutMapping(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}

/** Of IPv6 the first half: the other half everybody chooses for themselves. https://www.rfc-editor.org/rfc/rfc4291#section-2.5.4 */
function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? [];
  const groups = head === '' ? [] : head.split(':');
  const missing =
    tail === undefined ? 0 : 8 - groups.length - (tail === '' ? 0 : tail.split(':').length);
  const whole = [
    ...groups,
    ...Array<string>(Math.max(0, missing)).fill('0'),
    ...(tail?.split(':') ?? []),
  ];
  return `${whole
    .slice(0, 4)
    .map((group) => Number.parseInt(group || '0', 16).toString(16))
    .join(':')}::/64`;
}
