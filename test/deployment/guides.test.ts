import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import type { Size } from '#deploymentTemplates/arm/deployment.ts';
import { objectAt } from '#deploymentTemplates/arm/json.ts';
import { readJson, readModule } from '#deploymentTemplates/arm/read-templates.ts';
import { documentedSettings } from '#deploymentTemplates/check/check-settings.ts';
import { fixedCostsOf } from '#deploymentTemplates/scale/costs.ts';
import { readPrices } from '#deploymentTemplates/scale/price-list.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const guides = [
  'README.md',
  'docs/deploy.md',
  'docs/operations.md',
  'docs/scale.md',
  'docs/decisions/0008-what-a-replica-keeps.md',
  'deploymentTemplates/README.md',
] as const;

/** As GitHub makes them out of headings. */
function anchorsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-'),
  );
}

describe('the guides', () => {
  for (const guide of guides)
    it(`${guide} leads only to what is there`, () => {
      for (const [, target = ''] of read(guide).matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^[a-z]+:/.test(target)) continue;
        const [path = '', anchor] = target.split('#');
        const file = path === '' ? guide : join(dirname(guide), path);
        assert.ok(existsSync(join(root, file)), `${guide} → ${target}`);
        if (anchor !== undefined)
          assert.ok(anchorsOf(read(file)).includes(anchor), `${guide} → ${target}`);
      }
    });

  it('name commands, parameters and settings that exist', () => {
    const scripts = Object.keys(
      (JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts,
    );
    const parameters = Object.keys(objectAt(readModule('main.json'), 'parameters'));
    const forAzd = JSON.stringify(readJson('main.parameters.json'));
    const settings = documentedSettings();
    const text = guides.map(read).join('\n');
    for (const [, script = ''] of text.matchAll(/npm run ([\w:-]+)/g))
      assert.ok(scripts.includes(script), `npm run ${script}`);
    for (const [name] of text.matchAll(/\bMENTOR_[A-Z_]+\b/g))
      assert.ok(forAzd.includes(name) || name === 'MENTOR_PUBLIC_URL', name);
    for (const [, name = ''] of text.matchAll(/`([A-Z]+_[A-Z_]+)`/g))
      if (
        !/^(?:MENTOR|SERVICE_MENTOR|AZURE_(?:CLIENT|TENANT|SUBSCRIPTION|REGISTRY|RESOURCE|CONTAINER|LOCATION))/.test(
          name,
        )
      )
        assert.ok(settings.includes(name), name);
    for (const name of [
      'chatThousandTokensPerMinute',
      'cosmosMaxThroughput',
      'assignPolicies',
      'lockData',
      'alertRules',
      'serviceBusSku',
      'firewallMode',
      'addressPrefix',
      'otherSettings',
    ]) {
      assert.ok(text.includes(name), name);
      assert.ok(parameters.includes(name), name);
    }
  });

  it('say what a month costs as it is worked out now, give or take a tenth', () => {
    const prices = readPrices();
    const worked = (size: Size) =>
      fixedCostsOf(size, prices).reduce((sum, { usd }) => sum + usd, 0);
    const said = (path: string, pattern: RegExp) =>
      Number(pattern.exec(read(path))?.[1]?.replace(',', ''));
    for (const [size, usd] of [
      ['dev', said('README.md', /for about \$([\d,]+) a\s+month/)],
      ['dev', said('docs/deploy.md', /\*\*dev\*\*[^*]+\*\*\$([\d,]+) a month\*\*/)],
      ['prod', said('docs/deploy.md', /\*\*prod\*\*[^*]+\*\*\$([\d,]+) a month\*\*/)],
    ] as const)
      assert.ok(Math.abs(usd / worked(size) - 1) < 0.1, `${size}: ${usd}, not ${worked(size)}`);
  });

  it('have a cure for everything that a deployment may stumble over', () => {
    const cures = read('docs/deploy.md').split('## When it does not go through')[1] ?? '';
    for (const stumble of [
      'roleAssignments/write',
      'policyAssignments/write',
      'locks/write',
      'InsufficientQuota',
      'DeploymentModelNotSupported',
      'NameUnavailable',
      'soft-deleted',
      'stopped half-way',
      'out of its range',
      'RequestDisallowedByPolicy',
      'ImagePullUnauthorized',
    ])
      assert.ok(cures.includes(stumble), stumble);
  });

  it('lead from the first page to the deployment within its first hundred lines', () => {
    const lines = read('README.md').split('\n').slice(0, 100).join('\n');
    assert.match(lines, /\*\*\[Deploy it\]\(docs\/deploy\.md\)\*\* with `azd up`/);
  });
});
