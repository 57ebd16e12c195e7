/**
 * How long a service asks to be left alone, in milliseconds; `undefined` where it does not say. Reads `retry-after-ms` (Azure's
 * own, exact) before `retry-after` (RFC 9110: seconds or a date).
 */
export function readRetryAfterMs(
  header: (name: string) => string | null | undefined,
  now: () => number = Date.now,
): number | undefined {
  const exact = Number.parseFloat(header('retry-after-ms') ?? '');
  if (Number.isFinite(exact)) return Math.max(0, exact);
  const given = header('retry-after')?.trim() ?? '';
  if (given === '') return undefined;
  const waitMs = /^\d+(\.\d+)?$/.test(given) ? Number(given) * 1_000 : Date.parse(given) - now();
  return Number.isFinite(waitMs) ? Math.max(0, waitMs) : undefined;
}
