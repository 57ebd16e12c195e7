import { expandDeployment } from '#deploymentTemplates/arm/deployment.ts';
import { describePlan, drawPlan, planAsJson } from './describe-plan.ts';
import { readChoices } from './read-choices.ts';

try {
  const { size, given, json } = readChoices(process.argv.slice(2));
  const expansion = expandDeployment(size, given);
  const text = json
    ? planAsJson(expansion)
    : `# What ${size} would create\n\n${describePlan(expansion)}\n\n${drawPlan(expansion)}`;
  process.stdout.write(`${text}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
