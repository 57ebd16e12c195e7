import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** How far a turn came that was set aside, as a property of its dead letter. */
export const progressProperty = 'progress';

/** A property may have 32 KB: https://learn.microsoft.com/azure/service-bus-messaging/service-bus-quotas. */
const mostCharacters = 30_000;

/** Packs it into a property's value; `undefined` where there is nothing, or more than a property holds. */
export function packProgress(progress: unknown): string | undefined {
  if (progress === undefined) return undefined;
  const packed = deflateRawSync(JSON.stringify(progress)).toString('base64');
  return packed.length > mostCharacters ? undefined : packed;
}

/** What was packed; `undefined` for anything else. */
export function unpackProgress(value: unknown): unknown {
  if (typeof value !== 'string') return undefined;
  try {
    return JSON.parse(inflateRawSync(Buffer.from(value, 'base64')).toString());
  } catch {
    return undefined;
  }
}
