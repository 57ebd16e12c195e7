import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RolledBackError, rollOut } from '#deploymentTemplates/rollout/roll-out.ts';

/** A resource group with one app, as `az` shows it; what fails is told by the test. */
function createAzure(options: {
  readonly healthAt?: (share: number) => string;
  readonly isUpAt?: (share: number, look: number) => boolean;
  readonly worker?: boolean;
  readonly failingTrafficSets?: number;
}) {
  const { healthAt = () => 'Healthy', isUpAt = () => true } = options;
  const commands: string[] = [];
  let share = 0;
  let looks = 0;
  let failuresLeft = options.failingTrafficSets ?? 0;
  const answer = (line: string): unknown => {
    if (line.startsWith('containerapp show'))
      return {
        properties: {
          latestReadyRevisionName: 'ca--new',
          configuration: {
            ingress: {
              traffic: [
                { revisionName: 'ca--old', weight: 100 },
                { revisionName: 'ca--older', weight: 0 },
              ],
            },
          },
        },
      };
    if (line.startsWith('containerapp revision show'))
      return { properties: { healthState: healthAt(share) } };
    if (line.startsWith('containerapp revision list'))
      return ['ca--older', 'ca--old', 'ca--r1']
        .map((name) => ({
          name,
          properties: { active: true },
        }))
        .concat({ name: 'ca--oldest', properties: { active: false } });
    if (line.startsWith('containerapp list'))
      return [{ name: 'ca' }, ...(options.worker === true ? [{ name: 'ca-worker' }] : [])];
    return undefined;
  };
  return {
    commands,
    tools: {
      async az(words: readonly string[]) {
        const line = words.join(' ');
        if (!/ show| list/.test(line))
          commands.push(line.replace(/ --resource-group \S+| --name \S+$/g, ''));
        const given = /ca--r1=(\d+)/.exec(line)?.[1];
        if (line.includes('traffic set')) {
          if (share > 0 && given === undefined && failuresLeft > 0) {
            failuresLeft -= 1;
            throw new Error('Azure is busy');
          }
          share = Number(given ?? 0);
        }
        return answer(line);
      },
      isUp: async () => {
        looks += 1;
        return isUpAt(share, looks);
      },
      wait: async () => {},
      log: () => {},
    },
  };
}

const options = {
  group: 'rg',
  app: 'ca',
  image: 'cr/career-mentor:1',
  revision: 'r1',
  publicUrl: 'https://m.example',
  looks: 3,
  patience: 4,
};

describe('rolling out', () => {
  it('shifts traffic step by step, from none to all', async () => {
    const { commands, tools } = createAzure({});
    await rollOut(options, tools);
    assert.deepEqual(commands, [
      'containerapp ingress traffic set --revision-weight ca--old=100',
      'containerapp update --image cr/career-mentor:1 --revision-suffix r1',
      'containerapp ingress traffic set --revision-weight ca--old=90 ca--r1=10',
      'containerapp ingress traffic set --revision-weight ca--old=50 ca--r1=50',
      'containerapp ingress traffic set --revision-weight ca--r1=100',
      'containerapp revision deactivate --revision ca--older',
    ]);
  });

  it('brings the workers the image once all traffic is shifted, and then switches off what is older', async () => {
    const { commands, tools } = createAzure({ worker: true });
    await rollOut(options, tools);
    assert.match(commands.at(-2) ?? '', /^containerapp update --image cr\/career-mentor:1/);
    assert.equal(commands.at(-1), 'containerapp revision deactivate --revision ca--older');
    assert.equal(commands.filter((line) => line.includes('update')).length, 2);
  });

  const goneBack = [
    'containerapp ingress traffic set --revision-weight ca--old=100',
    'containerapp revision deactivate --revision ca--r1',
  ];

  it('gives no traffic to a revision that never becomes healthy', async () => {
    const { commands, tools } = createAzure({ healthAt: () => 'Unhealthy' });
    await assert.rejects(rollOut(options, tools), (error: Error) => {
      assert.ok(error instanceof RolledBackError);
      assert.match(
        error.message,
        /ca--r1 did not become healthy; it is Unhealthy\. All traffic is with ca--old again\./,
      );
      return true;
    });
    assert.equal(
      commands.some((line) => /ca--r1=\d/.test(line)),
      false,
    );
    assert.deepEqual(commands.slice(-2), goneBack);
  });

  it('goes back where the revision falls ill under half of the traffic', async () => {
    const { commands, tools } = createAzure({
      healthAt: (share) => (share < 50 ? 'Healthy' : 'Unhealthy'),
    });
    await assert.rejects(rollOut(options, tools), /ca--r1 is Unhealthy/);
    assert.deepEqual(commands.slice(-2), goneBack);
    assert.equal(
      commands.some((line) => line.endsWith('ca--r1=100')),
      false,
    );
  });

  it('goes back where people get no answer twice in a row, and forgives one that was lost', async () => {
    const silent = createAzure({ isUpAt: (share) => share < 10 });
    await assert.rejects(rollOut(options, silent.tools), /did not answer twice in a row/);
    assert.deepEqual(silent.commands.slice(-2), goneBack);
    await rollOut(options, createAzure({ isUpAt: (_, look) => look !== 2 }).tools);
  });

  it('tries to go back until Azure lets it', async () => {
    const { commands, tools } = createAzure({
      healthAt: (share) => (share === 0 ? 'Healthy' : 'Failed'),
      failingTrafficSets: 2,
    });
    await assert.rejects(rollOut(options, tools), RolledBackError);
    assert.deepEqual(commands.slice(-2), goneBack);
  });
});
