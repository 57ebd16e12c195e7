import { parametersOf, type Size } from '#deploymentTemplates/arm/deployment.ts';
import { assumptions } from './assumptions.ts';
import { type Demand, turnsPerSecondOfReplica } from './demand.ts';

/** A part of a deployment, and how much of it some people would use: 1 is all of it. */
export interface Load {
  readonly part: string;
  readonly share: number;
  /** What to change when it is full. */
  readonly cure: string;
}

/** How full each part of a size would be in the busiest second, fullest first. */
export function loadsOf(demand: Demand, size: Size): Load[] {
  const parameters = parametersOf(size);
  const number = (name: string) => Number(parameters[name]);
  const { search, serviceBus, redis, replica } = assumptions;
  const loads: Load[] = [
    {
      part: 'replicas',
      share:
        demand.turnsPerSecond /
        (number('maxReplicas') * number('cpu') * turnsPerSecondOfReplica() * replica.targetLoad),
      cure: 'maxReplicas up to 1,000, cpu up to 4; beyond, another environment behind Front Door',
    },
    {
      part: 'chat tokens a minute',
      share: demand.thousandTokensPerMinute / number('chatThousandTokensPerMinute'),
      cure: 'more quota, more regions, or provisioned throughput',
    },
    {
      part: 'fast tokens a minute',
      share: demand.thousandFastTokensPerMinute / number('fastThousandTokensPerMinute'),
      cure: 'more quota; or no fast deployment, and rules rewrite and rerank',
    },
  ];
  const tier = parameters['searchSku'];
  if (isSearchTier(tier))
    loads.push({
      part: 'search queries',
      share:
        demand.searchQueriesPerSecond /
        (search.hybridQueriesPerSecond[tier] * number('searchReplicas')),
      cure: 'searchReplicas up to 12, then the next searchSku, then an index a region',
    });
  if (parameters['cosmosCapacity'] === 'Autoscale')
    loads.push({
      part: 'Cosmos DB request units',
      share: demand.cosmosRequestUnits / number('cosmosMaxThroughput'),
      cure: 'cosmosMaxThroughput; it is spread over conversations, so no partition is hotter than another',
    });
  if (parameters['serviceBusSku'] === 'Premium')
    loads.push({
      part: 'Service Bus',
      share: demand.turnsPerSecond / serviceBus.turnsPerSecondAMessagingUnit,
      cure: 'messaging units up to 16; beyond, a namespace a region',
    });
  if (parameters['redisSku'] !== 'none')
    loads.push({
      part: 'Redis',
      share: demand.redisOperationsPerSecond / redis.operationsPerSecondBalancedB1,
      cure: 'a larger redisSku',
    });
  return loads.toSorted((one, other) => other.share - one.share);
}

type SearchTier = keyof typeof assumptions.search.hybridQueriesPerSecond;

/** Whether it is a tier of AI Search. */
export function isSearchTier(name: unknown): name is SearchTier {
  return typeof name === 'string' && Object.hasOwn(assumptions.search.hybridQueriesPerSecond, name);
}

/** How many people a day a size holds before its fullest part is full. */
export function peopleHeldBy(size: Size, demandOf: (people: number) => Demand): number {
  const fullest = loadsOf(demandOf(1_000_000), size)[0];
  return Math.floor(1_000_000 / (fullest?.share ?? 1));
}
