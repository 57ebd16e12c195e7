const timestampKeys = ['timestamp', 'localTimestamp', 'expiration'] as const;

/**
 * A copy of an activity from the wire with its timestamps as Date objects, as the SDK expects them. One that is no date is
 * left out: the SDK's serializer would throw on it in the middle of a turn.
 */
export function reviveTimestamps(activity: Record<string, unknown>): Record<string, unknown> {
  const revived = { ...activity };
  for (const key of timestampKeys) {
    const value = revived[key];
    if (value === undefined || value instanceof Date) continue;
    const date = new Date(typeof value === 'string' ? value : Number.NaN);
    if (Number.isNaN(date.getTime())) delete revived[key];
    else revived[key] = date;
  }
  return revived;
}
