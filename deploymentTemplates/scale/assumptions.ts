/** What the arithmetic rests on. Measured ones come from npm run bench, the rest are stated so that they can be disputed. */
export const assumptions = {
  people: { turnsADay: 5, shareInBusiestHour: 0.12, busiestSecondOverItsHour: 1.5 },
  /** On two shared cores with the embedded model: 64 to 90 turns a second; half of the lower end for one core, rounded up. */
  replica: {
    coreTurnsPerSecond: 35,
    memoryMb: 481,
    concurrentTurns: 50,
    turnSeconds: 6,
    targetLoad: 0.7,
  },
  tokens: {
    chatInput: 3_200,
    chatOutput: 350,
    fastInput: 3_900,
    fastOutput: 110,
    embedding: 25,
  },
  cosmos: {
    requestUnitsATurn: 70,
    kilobytesATurn: 12,
    retentionDays: 365,
    gigabytesAPartition: 50,
    requestUnitsAPartition: 10_000,
    leastRequestUnitsAGigabyte: 10,
  },
  search: {
    queriesATurn: 1,
    hybridQueriesPerSecond: { basic: 5, standard: 15, standard2: 30, standard3: 60 },
    kilobytesAPassage: 12,
    passagesAnArticle: 3,
    gigabytesAPartition: { basic: 15, standard: 160, standard2: 512, standard3: 1_024 },
  },
  serviceBus: { turnsPerSecondAMessagingUnit: 1_000 },
  redis: { operationsATurn: 6, operationsPerSecondBalancedB1: 40_000 },
  /** Of a new subscription; Microsoft raises it on request, and sells provisioned throughput beyond. */
  model: { defaultThousandTokensPerMinute: 1_000 },
  logs: { kilobytesATurn: 6 },
  month: { days: 30, hours: 730 },
} as const;

/** Sizes of audience that the report looks at. */
export const audiences = [1_000, 100_000, 10_000_000] as const;
