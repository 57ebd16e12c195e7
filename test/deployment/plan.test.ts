import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { expandDeployment } from '#deploymentTemplates/arm/deployment.ts';
import { describePlan, drawPlan, planAsJson } from '#deploymentTemplates/plan/describe-plan.ts';
import { readChoices } from '#deploymentTemplates/plan/read-choices.ts';

describe('the plan', () => {
  const dev = expandDeployment('dev');

  it('names every resource with what it costs by, and every role by its name', () => {
    const table = describePlan(dev);
    assert.match(
      table,
      /\| web +\| App\/containerApps +\| ca-mentor-dev +\| 1 to 1 replicas of 0\.5 cores, 1Gi +\|/,
    );
    assert.match(table, /Standard_LRS/);
    assert.match(table, /Cognitive Services OpenAI User on oai-mentor-dev/);
    assert.match(table, /^\d+ resources\.$/m);
  });

  it('leaves out what a condition leaves out', () => {
    assert.doesNotMatch(describePlan(dev), /searchServices/);
    assert.match(
      describePlan(expandDeployment('dev', { searchSku: 'basic' })),
      /searchServices .* basic/,
    );
  });

  it('draws modules in the order in which they wait, without arrows that others imply', () => {
    const diagram = drawPlan(dev);
    assert.match(diagram, /app-settings --> web/);
    assert.doesNotMatch(diagram, /registry --> web/);
  });

  it('is JSON for programs', () => {
    const resources = JSON.parse(planAsJson(dev)) as { type: string }[];
    assert.ok(resources.some(({ type }) => type === 'Microsoft.App/containerApps'));
  });
});

describe('the choices on the command line', () => {
  it('are a size, parameters and the form', () => {
    assert.deepEqual(
      readChoices([
        'prod',
        'maxReplicas=5',
        'lockData=false',
        'location=x y',
        'allowedOrigins=["https://a.b"]',
        '--json',
      ]),
      {
        size: 'prod',
        given: {
          maxReplicas: 5,
          lockData: false,
          location: 'x y',
          allowedOrigins: ['https://a.b'],
        },
        json: true,
      },
    );
    assert.deepEqual(readChoices([]), { size: 'dev', given: {}, json: false });
  });

  it('are explained where they cannot be read', () => {
    assert.throws(() => readChoices(['huge']), /Usage: [\s\S]*There is no size "huge"/);
    assert.throws(() => readChoices(['dev', 'what']), /I cannot read "what"/);
  });
});
