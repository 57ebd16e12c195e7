import { expandDeployment, parametersOf, type Size } from '#deploymentTemplates/arm/deployment.ts';
import { listAt, objectAt, textAt } from '#deploymentTemplates/arm/json.ts';
import { assumptions } from '#deploymentTemplates/scale/assumptions.ts';
import { isSearchTier } from '#deploymentTemplates/scale/capacity.ts';
import { type Demand, tokensCounted } from '#deploymentTemplates/scale/demand.ts';
import type { ReplicaBounds } from './replicas.ts';

/** All that bounds a deployment. A rate that is absent bounds nothing. */
export interface Limits {
  /** Those that run turns. */
  readonly workers: ReplicaBounds & { readonly cores: number };
  /** Rules of the container apps, as the templates have them. */
  readonly rules: { readonly processorShare: number; readonly queuedTurns: number | undefined };
  readonly chatTokensAMinute: number;
  readonly fastTokensAMinute: number;
  readonly searchQueriesASecond: number | undefined;
  readonly requestUnitsASecond: number;
  readonly queuedTurnsASecond: number | undefined;
}

/** The limits of a size, as its file and the templates stand. */
export function limitsOf(size: Size): Limits {
  const parameters = parametersOf(size);
  const number = (name: string) => Number(parameters[name]);
  const { search, serviceBus, cosmos } = assumptions;
  const tier = parameters['searchSku'];
  return {
    workers: {
      least: number('minReplicas'),
      most: number('maxReplicas'),
      cores: number('cpu'),
    },
    rules: rulesOf(size),
    chatTokensAMinute: number('chatThousandTokensPerMinute') * 1_000,
    fastTokensAMinute: number('fastThousandTokensPerMinute') * 1_000,
    searchQueriesASecond: isSearchTier(tier)
      ? search.hybridQueriesPerSecond[tier] * number('searchReplicas')
      : undefined,
    requestUnitsASecond:
      parameters['cosmosCapacity'] === 'Autoscale'
        ? number('cosmosMaxThroughput')
        : cosmos.serverlessRequestUnits,
    queuedTurnsASecond:
      parameters['serviceBusSku'] === 'none' ? undefined : serviceBus.turnsPerSecondAMessagingUnit,
  };
}

/** The same, with whatever such a demand would fill grown until it is filled to its share and no more. */
export function grownFor(limits: Limits, demand: Demand): Limits {
  const enough = (limit: number, needed: number) =>
    Math.max(limit, Math.ceil(needed / assumptions.replica.targetLoad));
  const { chat, fast } = tokensCounted();
  const turnsAMinute = demand.turnsPerSecond * 60;
  return {
    ...limits,
    chatTokensAMinute: enough(limits.chatTokensAMinute, turnsAMinute * chat),
    fastTokensAMinute: enough(limits.fastTokensAMinute, turnsAMinute * fast),
    searchQueriesASecond:
      limits.searchQueriesASecond &&
      enough(limits.searchQueriesASecond, demand.searchQueriesPerSecond),
    requestUnitsASecond: enough(limits.requestUnitsASecond, demand.cosmosRequestUnits),
  };
}

/** What the app that runs turns scales by. */
function rulesOf(size: Size): Limits['rules'] {
  const apps = expandDeployment(size).resources.filter(
    ({ type, isCreated }) => type === 'Microsoft.App/containerApps' && isCreated,
  );
  const scale = objectAt(objectAt(apps.at(-1)?.body['properties'], 'template'), 'scale');
  const settingOf = (type: string, setting: string): number | undefined => {
    const rule = listAt(scale, 'rules').find(
      (each) => textAt(objectAt(each, 'custom'), 'type') === type,
    );
    return rule === undefined
      ? undefined
      : Number(textAt(objectAt(objectAt(rule, 'custom'), 'metadata'), setting));
  };
  return {
    processorShare: (settingOf('cpu', 'value') ?? 100) / 100,
    queuedTurns: settingOf('azure-servicebus', 'messageCount'),
  };
}
