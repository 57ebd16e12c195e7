/** What a rollout does to the world; the tests give their own. */
export interface RolloutTools {
  /** Runs `az` with these words; resolves to what it printed as JSON, rejects with its own words. */
  az(words: readonly string[]): Promise<unknown>;
  /** Whether an address answers 200 within a few seconds. */
  isUp(url: string): Promise<boolean>;
  wait(milliseconds: number): Promise<void>;
  log(line: string): void;
}

export interface RolloutOptions {
  readonly group: string;
  readonly app: string;
  readonly image: string;
  /** Ending of the new revision's name. */
  readonly revision: string;
  /** Where people reach the program. */
  readonly publicUrl: string;
  /** Shares of the traffic that the new revision gets one after another, in per cent. */
  readonly steps?: readonly number[];
  /** How often a share is looked at before the next one, and how long between two looks. */
  readonly looks?: number;
  readonly betweenLooksMs?: number;
  /** How often to look for the new revision to become healthy. */
  readonly patience?: number;
}

/** Thrown after everything was put back; the message says why. */
export class RolledBackError extends Error {
  override readonly name = 'RolledBackError';
}

/**
 * Brings a new image to people step by step: a revision without traffic, which must become healthy; then ever larger shares,
 * each looked at for a while; then the workers; and what is older than the revision before goes. Where anything is not as it should be, all traffic goes back to the revision
 * that had it, the new one is switched off, and a RolledBackError says why.
 */
export async function rollOut(options: RolloutOptions, tools: RolloutTools): Promise<void> {
  const { steps = [10, 50, 100] } = options;
  const stable = await findStable(options, tools);
  const next = `${options.app}--${options.revision}`;
  tools.log(`${stable} keeps all traffic while ${next} starts`);
  await setTraffic(options, tools, { [stable]: 100 });
  try {
    await onApp(
      options,
      tools,
      'update',
      '--image',
      options.image,
      '--revision-suffix',
      options.revision,
    );
    await untilHealthy(next, options, tools);
    for (const share of steps) {
      tools.log(`${next} gets ${share} % of the traffic`);
      await setTraffic(
        options,
        tools,
        share === 100 ? { [next]: 100 } : { [stable]: 100 - share, [next]: share },
      );
      await watch(next, options, tools);
    }
  } catch (error) {
    await rollBack({ stable, next }, options, tools);
    const reason = error instanceof Error ? error.message : String(error);
    throw new RolledBackError(`${reason} All traffic is with ${stable} again.`, { cause: error });
  }
  await updateWorkers(options, tools);
  await switchOffOlder([stable, next], options, tools);
  tools.log(`${next} has all traffic; ${stable} stays, without any, for going back`);
}

function onApp(
  { group, app }: RolloutOptions,
  { az }: RolloutTools,
  ...words: readonly string[]
): Promise<unknown> {
  return az(['containerapp', ...words, '--resource-group', group, '--name', app]);
}

interface TrafficWeight {
  readonly revisionName?: string;
  readonly latestRevision?: boolean;
  readonly weight?: number;
}

/** The revision that most people talk to now. */
async function findStable(options: RolloutOptions, tools: RolloutTools): Promise<string> {
  const app = (await onApp(options, tools, 'show')) as {
    readonly properties: {
      readonly latestReadyRevisionName?: string;
      readonly configuration: { readonly ingress: { readonly traffic?: readonly TrafficWeight[] } };
    };
  };
  const { latestReadyRevisionName, configuration } = app.properties;
  const largest = (configuration.ingress.traffic ?? []).toSorted(
    (one, other) => (other.weight ?? 0) - (one.weight ?? 0),
  )[0];
  const name = largest?.revisionName ?? latestReadyRevisionName;
  if (name === undefined)
    throw new Error(
      `${options.app} has no revision that is ready; look at its logs before you roll out another.`,
    );
  return name;
}

async function setTraffic(
  options: RolloutOptions,
  tools: RolloutTools,
  weights: Readonly<Record<string, number>>,
): Promise<void> {
  const words = Object.entries(weights).map(([revision, weight]) => `${revision}=${weight}`);
  await onApp(options, tools, 'ingress', 'traffic', 'set', '--revision-weight', ...words);
}

async function healthOf(
  revision: string,
  options: RolloutOptions,
  tools: RolloutTools,
): Promise<string> {
  const found = (await onApp(options, tools, 'revision', 'show', '--revision', revision)) as {
    readonly properties: { readonly healthState?: string; readonly runningState?: string };
  };
  const { healthState = 'unknown', runningState = '' } = found.properties;
  return runningState === 'Failed' || runningState === 'Degraded' ? runningState : healthState;
}

async function untilHealthy(
  revision: string,
  options: RolloutOptions,
  tools: RolloutTools,
): Promise<void> {
  const { patience = 60, betweenLooksMs = 5_000 } = options;
  let health = 'unknown';
  for (let look = 0; look < patience; look += 1) {
    health = await healthOf(revision, options, tools);
    if (health === 'Healthy') return;
    if (health === 'Failed') break;
    await tools.wait(betweenLooksMs);
  }
  throw new Error(`${revision} did not become healthy; it is ${health}.`);
}

async function watch(
  revision: string,
  options: RolloutOptions,
  tools: RolloutTools,
): Promise<void> {
  const { looks = 24, betweenLooksMs = 5_000, publicUrl } = options;
  let failures = 0;
  for (let look = 0; look < looks; look += 1) {
    await tools.wait(betweenLooksMs);
    const health = await healthOf(revision, options, tools);
    if (health !== 'Healthy') throw new Error(`${revision} is ${health}.`);
    failures = (await tools.isUp(`${publicUrl}/health/ready`)) ? 0 : failures + 1;
    // One answer may be lost on the way.
    if (failures === 2) throw new Error(`${publicUrl}/health/ready did not answer twice in a row.`);
  }
}

/** Every step is tried, whatever becomes of the others. */
async function rollBack(
  { stable, next }: { readonly stable: string; readonly next: string },
  options: RolloutOptions,
  tools: RolloutTools,
): Promise<void> {
  tools.log(`Going back to ${stable}`);
  for (let attempt = 1; ; attempt += 1)
    try {
      await setTraffic(options, tools, { [stable]: 100 });
      break;
    } catch (error) {
      if (attempt === 3) throw error;
      await tools.wait(options.betweenLooksMs ?? 5_000);
    }
  await switchOff(next, options, tools);
}

/** Each revision that is on keeps its replicas, and the bill. One that cannot be switched off now is with the next rollout. */
async function switchOffOlder(
  kept: readonly string[],
  options: RolloutOptions,
  tools: RolloutTools,
): Promise<void> {
  const revisions = (await onApp(options, tools, 'revision', 'list')) as readonly {
    readonly name: string;
    readonly properties: { readonly active?: boolean };
  }[];
  for (const { name, properties } of revisions)
    if (properties.active === true && !kept.includes(name)) await switchOff(name, options, tools);
}

async function switchOff(
  revision: string,
  options: RolloutOptions,
  tools: RolloutTools,
): Promise<void> {
  await onApp(options, tools, 'revision', 'deactivate', '--revision', revision).catch(
    (error: unknown) =>
      tools.log(
        `${revision} could not be switched off: ${error instanceof Error ? error.message : String(error)}`,
      ),
  );
}

/** Workers take no traffic; they follow once people are served well. */
async function updateWorkers(options: RolloutOptions, tools: RolloutTools): Promise<void> {
  const apps = (await tools.az([
    'containerapp',
    'list',
    '--resource-group',
    options.group,
  ])) as readonly { readonly name: string }[];
  const worker = `${options.app}-worker`;
  if (!apps.some(({ name }) => name === worker)) return;
  await onApp(
    { ...options, app: worker },
    tools,
    'update',
    '--image',
    options.image,
    '--revision-suffix',
    options.revision,
  );
  tools.log(`${worker} runs the same image`);
}
