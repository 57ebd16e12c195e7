import {
  chmodSync,
  existsSync,
  readFileSync,
  realpathSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { parseEnv } from 'node:util';
import { MentorError } from '#errors.ts';

/** What becomes of settings: a value, or `undefined` for one that goes. */
export type EnvChanges = ReadonlyMap<string, string | undefined>;

/** The settings that a file's text holds, as Node reads them. */
export function readAssignments(text: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parseEnv(text)).map(([name, value]) => [name, value ?? '']),
  );
}

/** The file's text; empty where there is none. */
export function readEnvFile(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

/** Puts the text in the file's place at once, readable by its owner alone. */
export function writeEnvFile(path: string, text: string): void {
  const target = existsSync(path) ? realpathSync(path) : path;
  const draft = `${target}.${process.pid}.new`;
  writeFileSync(draft, text, { mode: 0o600, flag: 'wx' });
  /** The mask of the process may have taken something from the mode; nothing may have added to it. */
  chmodSync(draft, 0o600);
  renameSync(draft, target);
}

const newFileHeader = '# Settings of Career Mentor; .env.example explains each.\n';

/**
 * The text with the changes and everything else as it was. What goes stays as a comment; what comes stands behind its
 * commented example, or at the end. Throws `config-invalid` for a value that no such file can hold.
 */
export function applyChanges(text: string, changes: EnvChanges): string {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  let changed = text === '' ? newFileHeader : text;
  for (const [name, value] of changes)
    changed =
      value === undefined
        ? commentOut(changed, name)
        : assign(changed, name, `${name}=${quote(name, value)}`, newline);
  verify(text, changed, changes);
  return changed;
}

/** One assignment, its value over several lines where it is quoted. */
function assignmentsOf(name: string): RegExp {
  const quoted = ['"', "'", '`'].map((mark) => `${mark}[^${mark}]*${mark}`).join('|');
  return new RegExp(
    `^[ \\t]*(?:export[ \\t]+)?${name}[ \\t]*=[ \\t]*(?:${quoted})?[^\\r\\n]*`,
    'gm',
  );
}

function commentOut(text: string, name: string): string {
  return text.replace(assignmentsOf(name), (found) => found.replaceAll(/^/gm, '#'));
}

function assign(text: string, name: string, line: string, newline: string): string {
  const last = [...text.matchAll(assignmentsOf(name))].at(-1);
  if (last !== undefined)
    return text.slice(0, last.index) + line + text.slice(last.index + last[0].length);
  const example = new RegExp(`^#[ \\t]?${name}=[^\\r\\n]*`, 'm').exec(text);
  if (example === null) {
    const gap = text.endsWith('\n') ? '' : newline;
    return `${text}${gap}${line}${newline}`;
  }
  const end = example.index + example[0].length;
  return `${text.slice(0, end)}${newline}${line}${text.slice(end)}`;
}

/** The value in the plainest form from which Node reads it back. */
function quote(name: string, value: string): string {
  const forms = [
    ...(/^[\w.:/@%+,=~-]*$/.test(value) ? [value] : []),
    ...["'", '"', '`'].map((mark) => `${mark}${value}${mark}`),
  ];
  const form = forms.find((candidate) => {
    const read = readAssignments(`A=${candidate}\nB=1\n`);
    return read['A'] === value && read['B'] === '1' && Object.keys(read).length === 2;
  });
  if (form !== undefined) return form;
  throw new MentorError(
    'config-invalid',
    `${name}: no .env file can hold a value with all of ' " and \`; set it in the environment or a key vault.`,
  );
}

/** A file that people wrote may hold what no rule here foresaw: then it is theirs to change. */
function verify(before: string, after: string, changes: EnvChanges): void {
  const wanted = { ...readAssignments(before), ...Object.fromEntries(changes) };
  const read = readAssignments(after);
  const names = new Set([...Object.keys(wanted), ...Object.keys(read)]);
  const wrong = [...names].filter((name) => wanted[name] !== read[name]);
  if (wrong.length > 0)
    throw new MentorError(
      'config-invalid',
      `.env cannot be changed without harm at ${wrong.join(', ')}; change it by hand.`,
    );
}
