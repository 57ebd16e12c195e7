/** One instruction of a Dockerfile, with its continuation lines joined and its comments gone. */
export interface Instruction {
  readonly line: number;
  /** In capitals. */
  readonly name: string;
  /** Such as `--from=build` → `from: build`. */
  readonly flags: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface Stage {
  readonly base: string;
  readonly name: string | undefined;
  readonly instructions: readonly Instruction[];
}

/** Reads a Dockerfile, without here-documents, into its stages. */
export function readDockerfile(text: string): Stage[] {
  const stages: { base: string; name: string | undefined; instructions: Instruction[] }[] = [];
  for (const instruction of instructionsIn(text)) {
    if (instruction.name === 'FROM') {
      const [base = '', as, name] = instruction.text.split(/\s+/);
      stages.push({ base, name: as?.toUpperCase() === 'AS' ? name : undefined, instructions: [] });
    } else stages.at(-1)?.instructions.push(instruction);
  }
  return stages;
}

function* instructionsIn(text: string): Generator<Instruction> {
  let joined = '';
  let startLine = 0;
  for (const [index, line] of text.split('\n').entries()) {
    if (/^\s*(?:#|$)/.test(line)) continue;
    if (joined === '') startLine = index + 1;
    joined += line.replace(/\\\s*$/, ' ');
    if (/\\\s*$/.test(line)) continue;
    yield toInstruction(joined.trim(), startLine);
    joined = '';
  }
}

function toInstruction(text: string, line: number): Instruction {
  const [, name = '', rest = ''] = /^(\S+)\s*(.*)$/s.exec(text) ?? [];
  const flags: Record<string, string> = {};
  let remaining = rest;
  for (let flag = matchFlag(remaining); flag !== null; flag = matchFlag(remaining)) {
    flags[flag[1] ?? ''] = flag[2] ?? '';
    remaining = remaining.slice(flag[0].length);
  }
  return { line, name: name.toUpperCase(), flags, text: remaining.trim() };
}

function matchFlag(text: string): RegExpExecArray | null {
  return /^--([\w-]+)(?:=(\S*))?\s+/.exec(text);
}

/** What a COPY takes, and where to. */
export function copyPaths({ text }: Instruction): {
  readonly sources: string[];
  readonly target: string;
} {
  const words = text.split(/\s+/);
  return { sources: words.slice(0, -1), target: words.at(-1) ?? '' };
}

/** The words of an instruction in exec form, such as CMD ["node", "main.ts"]; undefined for a shell's line. */
export function execForm(text: string): string[] | undefined {
  try {
    const words: unknown = JSON.parse(text);
    return Array.isArray(words) ? words.map(String) : undefined;
  } catch {
    return undefined;
  }
}
