import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDockerIgnore } from '#deploymentTemplates/container/docker-ignore.ts';
import {
  copyPaths,
  execForm,
  type Instruction,
  readDockerfile,
  type Stage,
} from '#deploymentTemplates/container/read-dockerfile.ts';
import { loadTool } from './load-tool.ts';
import type { Problem } from './problem.ts';

const root = join(import.meta.dirname, '../..');
const entryPoints = ['main.ts', 'cli/*.ts', 'ingestion/cli.ts'];

export interface ContainerFiles {
  readonly dockerfile: string;
  readonly dockerignore: string;
  /** As package.json pins it. */
  readonly nodeVersion: string;
}

/** Holds the Dockerfile against what the image promises: pinned, without root, without a shell, with all the program needs and no more. */
export function checkContainer({
  dockerfile,
  dockerignore,
  nodeVersion,
}: ContainerFiles): Problem[] {
  const stages = readDockerfile(dockerfile);
  const last = stages.at(-1);
  if (last === undefined) return [{ where: 'Dockerfile', what: 'has no FROM' }];
  const reaches = createDockerIgnore(dockerignore);
  return [
    ...stages.flatMap((stage) => stageProblems(stage, stages, reaches)),
    ...finalProblems(last),
    ...(stages.some(({ base }) => base.startsWith(`node:${nodeVersion}-`))
      ? []
      : [problem(`does not build on node:${nodeVersion}, which package.json pins`)]),
    ...missingFolders(last, reaches),
  ];
}

function problem(what: string, line?: number): Problem {
  return { where: line === undefined ? 'Dockerfile' : `Dockerfile:${line}`, what };
}

function stageProblems(
  stage: Stage,
  stages: readonly Stage[],
  reaches: (path: string) => boolean,
): Problem[] {
  const problems = /@sha256:[0-9a-f]{64}$/.test(stage.base)
    ? []
    : [problem(`${stage.base} is not pinned by its digest`)];
  for (const instruction of stage.instructions) {
    const { name, line, text } = instruction;
    if (name === 'ADD') problems.push(problem('ADD fetches and unpacks; use COPY', line));
    if ((name === 'ENV' || name === 'ARG') && /secret|password|token|api_?key/i.test(text))
      problems.push(problem('keeps a secret in the image', line));
    if (
      /\bnpm (?:ci|install)\b/.test(text) &&
      !(text.includes('--omit=dev') && text.includes('--ignore-scripts'))
    )
      problems.push(
        problem('installs more than production dependencies, or runs their scripts', line),
      );
    if (name === 'COPY') problems.push(...copyProblems(instruction, stages, reaches));
  }
  return problems;
}

function copyProblems(
  instruction: Instruction,
  stages: readonly Stage[],
  reaches: (path: string) => boolean,
): Problem[] {
  const { line, flags } = instruction;
  if (flags['from'] !== undefined)
    return stages.some(({ name }) => name === flags['from'])
      ? []
      : [problem(`copies from ${flags['from']}, which is no stage`, line)];
  return copyPaths(instruction).sources.flatMap((source) => {
    if (!existsSync(join(root, source)))
      return [problem(`copies ${source}, which is not there`, line)];
    return reaches(source)
      ? []
      : [problem(`copies ${source}, which .dockerignore keeps away`, line)];
  });
}

function finalProblems({ instructions }: Stage): Problem[] {
  const last = (name: string) => instructions.findLast((instruction) => instruction.name === name);
  const user = last('USER')?.text ?? '';
  const forms = ['ENTRYPOINT', 'CMD'].filter(
    (name) => execForm(last(name)?.text ?? '') === undefined,
  );
  const health = last('HEALTHCHECK')?.text ?? '';
  return [
    ...(/^[1-9]\d*(?::[1-9]\d*)?$/.test(user)
      ? []
      : [
          problem(
            'does not end with a user of a number other than 0, which Kubernetes can see is not root',
          ),
        ]),
    ...forms.map((name) => problem(`has no ${name} in exec form, so signals would end at a shell`)),
    ...(health.startsWith('CMD [')
      ? []
      : [problem('has no HEALTHCHECK that works without a shell')]),
    ...instructions
      .filter(({ name }) => name === 'RUN')
      .map(({ line }) => problem('runs a command in the last stage, which has no shell', line)),
  ];
}

/** Every folder that the program imports from, beginning at its entry points, is in the image. */
function missingFolders(last: Stage, reaches: (path: string) => boolean): Problem[] {
  const copied = last.instructions
    .filter(({ name, flags }) => name === 'COPY' && flags['from'] === undefined)
    .flatMap((instruction) => copyPaths(instruction).sources);
  const isCopied = (file: string) =>
    copied.some((source) => file === source || file.startsWith(`${source}/`));
  return importedFiles()
    .filter((file) => !(isCopied(file) && reaches(file)))
    .map((file) => problem(`leaves out ${file}, which the program imports`));
}

function importedFiles(): string[] {
  const found = new Set<string>();
  const visit = (file: string): void => {
    if (found.has(file) || !existsSync(join(root, file))) return;
    found.add(file);
    const text = readFileSync(join(root, file), 'utf8');
    for (const [, specifier = ''] of text.matchAll(
      /(?:from|import)\s*\(?\s*'((?:#|\.\.?\/)[^']+)'/g,
    ))
      visit(specifier.startsWith('#') ? specifier.slice(1) : join(file, '..', specifier));
  };
  for (const file of globSync(entryPoints, { cwd: root })) visit(file);
  return [...found];
}

interface DockerfileUtils {
  validate(text: string): readonly {
    readonly range: { readonly start: { readonly line: number } };
    readonly message: string;
  }[];
}

/** The same file, read by dockerfile-utils; undefined where it is not installed. */
export async function lintDockerfile(
  text: string,
  from: string = import.meta.url,
): Promise<Problem[] | undefined> {
  const utilities = await loadTool<DockerfileUtils>('dockerfile-utils', from);
  return utilities
    ?.validate(text)
    .map(({ range, message }) => problem(message, range.start.line + 1));
}
