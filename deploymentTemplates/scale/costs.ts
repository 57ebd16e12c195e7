import { expandDeployment, parametersOf, type Size } from '#deploymentTemplates/arm/deployment.ts';
import { textAt } from '#deploymentTemplates/arm/json.ts';
import { assumptions } from './assumptions.ts';
import { type PriceList, priceOf } from './price-list.ts';

/** One line of a bill, in US dollars a month. */
export interface CostLine {
  readonly part: string;
  readonly usd: number;
}

/** Models that a turn may use; without a fast one rules rewrite and rerank. */
export interface ModelSet {
  readonly chat: string;
  readonly fast?: string;
}

export const modelSets: readonly ModelSet[] = [
  { chat: 'gpt-4.1', fast: 'gpt-4.1-mini' },
  { chat: 'gpt-4o', fast: 'gpt-4.1-mini' },
  { chat: 'gpt-4.1' },
  { chat: 'gpt-4.1-mini', fast: 'gpt-4.1-mini' },
  { chat: 'gpt-4.1-mini' },
];

/** What the models cost for 1,000 turns, in US dollars. */
export function modelCostOf1000Turns({ chat, fast }: ModelSet, prices: PriceList): number {
  const { chatInput, chatOutput, fastInput, fastOutput, embedding } = assumptions.tokens;
  const tokens = (model: string, input: number, output: number) =>
    input * priceOf(prices, `${model} input`) + output * priceOf(prices, `${model} output`);
  const aTurn =
    tokens(chat, chatInput, chatOutput) +
    (fast === undefined ? 0 : tokens(fast, fastInput, fastOutput)) +
    embedding * priceOf(prices, 'text-embedding-3-small input');
  return aTurn / 1_000;
}

/** What stands on the bill of a month even when nobody asks anything. */
export function fixedCostsOf(size: Size, prices: PriceList): CostLine[] {
  const parameters = parametersOf(size);
  const { month } = assumptions;
  const price = (name: string) => priceOf(prices, name);
  const apps =
    parameters['separateWorkers'] === true && parameters['serviceBusSku'] !== 'none' ? 2 : 1;
  const lines: CostLine[] = [
    {
      part: 'container apps, idle',
      usd:
        apps * Number(parameters['minReplicas']) * idleReplica(Number(parameters['cpu']), prices),
    },
    { part: 'registry', usd: price(`registry ${String(parameters['registrySku'])}`) },
  ];
  const add = (part: string, usd: number) => lines.push({ part, usd });
  if (parameters['searchSku'] !== 'none')
    add(
      'AI Search',
      price(`search ${String(parameters['searchSku'])}`) *
        Number(parameters['searchReplicas']) *
        Number(parameters['searchPartitions']),
    );
  if (parameters['cosmosCapacity'] === 'Autoscale')
    // Three containers, each idling at a tenth of its most.
    add(
      'Cosmos DB, idle',
      ((3 * Number(parameters['cosmosMaxThroughput'])) / 10 / 100) *
        price('cosmos autoscale') *
        month.hours,
    );
  if (parameters['serviceBusSku'] === 'Premium') add('Service Bus', price('service bus Premium'));
  if (parameters['redisSku'] !== 'none')
    add('Redis', price(`redis ${String(parameters['redisSku'])}`));
  if (parameters['frontDoorSku'] === 'Premium_AzureFrontDoor')
    add('Front Door', price('front door Premium'));
  if (parameters['apiManagementSku'] !== 'none')
    add('API Management', price(`api management ${String(parameters['apiManagementSku'])}`));
  if (parameters['privateNetworking'] === true)
    add('private endpoints', 7 * price('private endpoint'));
  add('alert rules', alertRules(size, prices));
  return lines;
}

function alertRules(size: Size, prices: PriceList): number {
  const costs = expandDeployment(size)
    .resources.filter(({ isCreated }) => isCreated)
    .map(({ type, body }) => {
      if (type === 'Microsoft.Insights/metricAlerts') return priceOf(prices, 'metric alert');
      if (type !== 'Microsoft.Insights/scheduledQueryRules') return 0;
      return priceOf(prices, `log alert ${textAt(body['properties'], 'evaluationFrequency')}`);
    });
  return costs.reduce((sum, usd) => sum + usd, 0);
}

function idleReplica(cores: number, prices: PriceList): number {
  const seconds = assumptions.month.hours * 3_600;
  return (
    seconds *
    (cores * priceOf(prices, 'container core idle') +
      2 * cores * priceOf(prices, 'container memory'))
  );
}

/** What 1,000 turns cost beside the models: the processor's time, data, logs. */
export function otherCostOf1000Turns(size: Size, prices: PriceList): number {
  const { replica, cosmos, logs } = assumptions;
  const price = (name: string) => priceOf(prices, name);
  const parameters = parametersOf(size);
  const processor = (1_000 / replica.coreTurnsPerSecond) * price('container core active');
  const requestUnits =
    ((cosmos.requestUnitsATurn * 1_000) / 1_000_000) * price('cosmos request units');
  const storage =
    ((cosmos.kilobytesATurn * 1_000) / 1_000_000) *
    price('cosmos storage') *
    (cosmos.retentionDays / 30);
  const telemetry = ((logs.kilobytesATurn * 1_000) / 1_000_000) * price('logs');
  const ranking = parameters['semanticRanker'] === 'standard' ? price('semantic ranker') : 0;
  return processor + requestUnits + storage + telemetry + ranking;
}
