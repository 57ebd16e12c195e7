import { assumptions } from './assumptions.ts';

/** What a number of people a day asks of each part, in its busiest second where it is a rate. */
export interface Demand {
  readonly people: number;
  readonly turnsADay: number;
  readonly turnsPerSecond: number;
  readonly replicas: number;
  readonly thousandTokensPerMinute: number;
  readonly thousandFastTokensPerMinute: number;
  readonly searchQueriesPerSecond: number;
  readonly cosmosRequestUnits: number;
  readonly cosmosGigabytes: number;
  readonly cosmosPartitions: number;
  readonly redisOperationsPerSecond: number;
}

/** Turns a second that one replica of one core holds: by its processor, or by how many turns it may have under way. */
export function turnsPerSecondOfReplica(): number {
  const { coreTurnsPerSecond, concurrentTurns, turnSeconds } = assumptions.replica;
  return Math.min(coreTurnsPerSecond, concurrentTurns / turnSeconds);
}

/** What one turn counts against the quota of the chat and of the fast deployment. */
export function tokensCounted(): { readonly chat: number; readonly fast: number } {
  const { chatInput, chatMost, fastInput, fastMost } = assumptions.tokens;
  return { chat: chatInput + chatMost, fast: fastInput + fastMost };
}

/** Works out what so many people a day need. */
export function demandOf(people: number): Demand {
  const { people: habits, replica, cosmos, search, redis } = assumptions;
  const { chat, fast } = tokensCounted();
  const turnsADay = people * habits.turnsADay;
  const turnsPerSecond =
    ((turnsADay * Math.max(...habits.shareOfHour)) / 3_600) * habits.busiestSecondOverItsHour;
  const cosmosGigabytes = (turnsADay * cosmos.kilobytesATurn * cosmos.retentionDays) / 1_000_000;
  const cosmosRequestUnits = Math.max(
    turnsPerSecond * cosmos.requestUnitsATurn,
    cosmosGigabytes * cosmos.leastRequestUnitsAGigabyte,
  );
  return {
    people,
    turnsADay,
    turnsPerSecond,
    replicas: Math.max(
      2,
      Math.ceil(turnsPerSecond / (turnsPerSecondOfReplica() * replica.targetLoad)),
    ),
    thousandTokensPerMinute: (turnsPerSecond * 60 * chat) / 1_000,
    thousandFastTokensPerMinute: (turnsPerSecond * 60 * fast) / 1_000,
    searchQueriesPerSecond: turnsPerSecond * search.queriesATurn,
    cosmosRequestUnits,
    cosmosGigabytes,
    cosmosPartitions: Math.max(
      1,
      Math.ceil(cosmosGigabytes / cosmos.gigabytesAPartition),
      Math.ceil(cosmosRequestUnits / cosmos.requestUnitsAPartition),
    ),
    redisOperationsPerSecond: turnsPerSecond * redis.operationsATurn,
  };
}
