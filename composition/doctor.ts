import type { Config } from '#config.ts';
import { botChecks } from './doctor/bot-check.ts';
import type { CheckReport } from './doctor/check.ts';
import { createSecretHider } from './doctor/hide-secrets.ts';
import { checkNode, machineChecks } from './doctor/machine-checks.ts';
import { modelChecks } from './doctor/model-checks.ts';
import { runCheck } from './doctor/run-check.ts';
import { checkSettings } from './doctor/settings-checks.ts';
import { storeChecks } from './doctor/store-checks.ts';

export interface Examination {
  /** One report for each check, each as soon as it is known; all run side by side. */
  readonly reports: readonly Promise<CheckReport>[];
  /** What is not configured, and served by a part of the program itself. */
  readonly embedded: readonly string[];
}

/**
 * Checks everything that is configured, each by one cheap call under the time limit. Changes nothing anywhere, and
 * reports no secret.
 */
export async function examine(
  given: Readonly<Record<string, string | undefined>>,
  { timeoutMs }: { readonly timeoutMs: number },
): Promise<Examination> {
  const { reports, config, environment } = await checkSettings(given, timeoutMs);
  const hide = createSecretHider(environment);
  const known = reports.map((report) => Promise.resolve(report));
  const examined = config === undefined ? [nodeReport()] : await startChecks(config, timeoutMs);
  return {
    reports: [...known, ...examined].map(async (reported) => {
      const report = await reported;
      return { ...report, tried: hide(report.tried), message: hide(report.message) };
    }),
    embedded: config === undefined ? [] : embeddedParts(config, environment),
  };
}

/** All that can be said without usable settings. */
async function nodeReport(): Promise<CheckReport> {
  return {
    name: 'Node.js',
    tried: 'its version',
    latencyMs: 0,
    ...checkNode(process.versions.node),
  };
}

async function startChecks(config: Config, timeoutMs: number): Promise<Promise<CheckReport>[]> {
  const models = await modelChecks(config);
  const running = [
    ...machineChecks(config),
    ...models.checks,
    ...storeChecks(config, timeoutMs),
    ...botChecks(config),
  ].map((check) => runCheck(check, timeoutMs));
  void Promise.all(running).then(models.close);
  return running;
}

function embeddedParts(
  config: Config,
  environment: Readonly<Record<string, string | undefined>>,
): string[] {
  const parts = [
    [config.model, 'answers, put together from the articles'],
    [config.model === undefined || config.model.fastModel, 'rewriting and ordering by rules'],
    [config.embeddings, 'search by words alone'],
    [config.search, 'knowledge index'],
    [config.cosmos, 'conversations and profiles'],
    [config.storage, 'bot state and transcripts'],
    [config.redisUrl, 'cache and rate limits'],
    [environment['AZURE_KEY_VAULT_URL']?.trim() || undefined, 'secrets, from the environment'],
  ] as const;
  return parts.flatMap(([configured, name]) => (configured === undefined ? [name] : []));
}
