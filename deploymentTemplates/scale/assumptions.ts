import { readConfig } from '#config.ts';
import { defaultResilience } from '#services/resilience/policies.ts';
import { readBenchFigures } from './bench-figures.ts';

const measured = readBenchFigures();

/** A core of Container Apps beside one of the machine that the bench ran on. */
const azureCoreOverBench = 0.7;

/** What the arithmetic rests on. Measured ones are read out of docs/bench.json, the rest are stated so that they can be disputed. */
export const assumptions = {
  people: {
    turnsADay: 5,
    /** Of a day's turns, by the hour at which it begins: office hours, a lull at supper, a busy evening. */
    shareOfHour: [
      0.011, 0.006, 0.004, 0.003, 0.003, 0.005, 0.01, 0.024, 0.045, 0.058, 0.062, 0.058, 0.053,
      0.058, 0.062, 0.062, 0.058, 0.056, 0.054, 0.082, 0.12, 0.064, 0.029, 0.013,
    ],
    busiestSecondOverItsHour: 1.5,
    /** How far a minute strays from its hour: the spread of the logarithm. */
    minuteSpread: 0.2,
  },
  replica: {
    coreTurnsPerSecond: (azureCoreOverBench * 1_000) / measured('model-turns-processor-16'),
    memoryMb: measured('memory-loaded'),
    startSeconds: Math.ceil(measured('ready') / 1_000) + 10,
    /** Conversations that one process answers side by side; bot/turn-inbox.ts. */
    concurrentTurns: 64,
    turnSeconds: 6,
    passagesSeconds: 0.2,
    targetLoad: 0.7,
  },
  /** Azure counts a call's question and the longest answer that it may have, whatever the answer comes to. */
  tokens: {
    chatInput: 3_200,
    chatOutput: 350,
    chatMost: readConfig({}).maxAnswerTokens,
    fastInput: 3_900,
    fastOutput: 110,
    fastMost: 220,
    embedding: 25,
  },
  /** How long a turn waits for a service that is full before it goes on without. */
  patienceSeconds: { model: defaultResilience.longestRetryMs / 1_000, search: 10, cosmos: 3 },
  cosmos: {
    requestUnitsATurn: 70,
    kilobytesATurn: 12,
    retentionDays: 365,
    gigabytesAPartition: 50,
    requestUnitsAPartition: 10_000,
    leastRequestUnitsAGigabyte: 10,
    serverlessRequestUnits: 5_000,
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
  logs: { kilobytesATurn: 6 },
  month: { days: 30, hours: 730 },
  /** https://learn.microsoft.com/azure/container-apps/scale-app#scale-behavior; the rules are read out of the templates. */
  scaling: { everySeconds: 15, scaleInAfterSeconds: 300, leastStep: 4 },
} as const;

/** Sizes of audience that the report looks at. */
export const audiences = [1_000, 100_000, 10_000_000] as const;
