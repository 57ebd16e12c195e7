const secondsPerDay = 86_400;
/** https://learn.microsoft.com/azure/cosmos-db/nosql/time-to-live: the largest `ttl`. */
const longestSeconds = 2_147_483_647;

/** The `ttl` of an item that is kept so many days after its last change; none where data is kept for good. */
export function secondsToLive(retentionDays: number | undefined): { ttl?: number } {
  if (retentionDays === undefined) return {};
  return { ttl: Math.min(Math.ceil(retentionDays * secondsPerDay), longestSeconds) };
}
