import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Older requests could be somebody's recording. */
const maxAgeSeconds = 5 * 60;

/**
 * Whether Slack signed this very body just now, by its scheme `v0`. Returns why not, for the log; `undefined` where all is
 * well.
 */
export function findForgery(
  rawBody: Buffer,
  headers: IncomingHttpHeaders,
  { signingSecret, now }: { readonly signingSecret: string; readonly now: Date },
): string | undefined {
  const timestamp = headers['x-slack-request-timestamp'];
  const signature = headers['x-slack-signature'];
  if (typeof timestamp !== 'string' || typeof signature !== 'string') return 'not signed';
  if (!/^\d{1,12}$/.test(timestamp)) return 'its timestamp is no number';
  if (Math.abs(now.getTime() / 1_000 - Number(timestamp)) > maxAgeSeconds)
    return 'signed more than five minutes ago';
  const expected = Buffer.from(
    `v0=${createHmac('sha256', signingSecret).update(`v0:${timestamp}:`).update(rawBody).digest('hex')}`,
  );
  const given = Buffer.from(signature);
  const isSame = given.length === expected.length && timingSafeEqual(given, expected);
  return isSame ? undefined : 'signed with another secret, or changed on its way';
}
