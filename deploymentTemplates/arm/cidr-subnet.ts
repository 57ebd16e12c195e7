/** The subnet of the given size and index within an IPv4 network, such as (`10.0.0.0/16`, 24, 2) → `10.0.2.0/24`. */
export function cidrSubnet(network: string, size: number, index: number): string {
  const [address = '', prefix = ''] = network.split('/');
  const start = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const step = 2 ** (32 - size);
  if (!/^\d+(\.\d+){3}$/.test(address) || size < Number(prefix) || size > 32)
    throw new RangeError(`${network} has no subnets of size /${size}`);
  if ((index + 1) * step > 2 ** (32 - Number(prefix)))
    throw new RangeError(`${network} has no subnet /${size} number ${index}`);
  const found = start + index * step;
  return `${[24, 16, 8, 0].map((shift) => Math.floor(found / 2 ** shift) % 256).join('.')}/${size}`;
}
