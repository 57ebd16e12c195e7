import { distance } from 'fastest-levenshtein';
import { bareWords } from './normalise-text.ts';

interface CommandRow {
  readonly name: string;
  /** One line, shown by `help` and by channels that list commands. */
  readonly description: string;
  /** Other ways to say it, as bare words. Typing mistakes in these are forgiven. */
  readonly patterns: readonly string[];
  /** Whether its reply holds personal data and so never appears where others read along. */
  readonly personal: boolean;
}

/** Everything a person can say that is not a question. Help and channel manifests are made from this table. */
export const commands = [
  {
    name: 'help',
    description: 'What I can do',
    patterns: ['what can you do', 'commands', 'menu', 'ayuda', 'hilfe', 'aide'],
    personal: false,
  },
  {
    name: 'profile',
    description: 'What I know about you',
    patterns: [
      'my profile',
      'show profile',
      'show my profile',
      'what do you know about me',
      'my data',
      'show my data',
    ],
    personal: true,
  },
  {
    name: 'edit profile',
    description: 'Tell me about yourself, or change what I know',
    patterns: [
      'edit my profile',
      'change profile',
      'change my profile',
      'update profile',
      'update my profile',
      'tell you about me',
      'about me',
      'about you',
    ],
    personal: true,
  },
  {
    name: 'roadmap',
    description: 'What to learn for the role you aim at, step by step',
    patterns: [
      'road map',
      'a roadmap',
      'my roadmap',
      'show roadmap',
      'show my roadmap',
      'show me my roadmap',
      'make a roadmap',
      'make me a roadmap',
      'create a roadmap',
      'give me a roadmap',
      'i need a roadmap',
      'i want a roadmap',
      'learning roadmap',
      'my learning roadmap',
      'career roadmap',
      'my career roadmap',
      'plan',
      'a plan',
      'my plan',
      'show my plan',
      'show me my plan',
      'make a plan',
      'make me a plan',
      'create a plan',
      'give me a plan',
      'i need a plan',
      'i want a plan',
      'learning plan',
      'a learning plan',
      'my learning plan',
      'make me a learning plan',
      'give me a learning plan',
      'study plan',
      'a study plan',
      'my study plan',
      'make me a study plan',
      'give me a study plan',
      'learning path',
      'my learning path',
      'show my learning path',
      'what should i learn next',
      'what shall i learn next',
      'what do i learn next',
      'what to learn next',
      'another roadmap',
      'roadmap for another role',
    ],
    personal: true,
  },
  {
    name: 'interview',
    description: 'Practice three interview questions, with feedback on your answers',
    patterns: [
      'an interview',
      'practice interview',
      'practise interview',
      'a practice interview',
      'another practice interview',
      'interview practice',
      'mock interview',
      'a mock interview',
      'another mock interview',
      'start interview',
      'start an interview',
      'start a mock interview',
      'start the interview',
      'start interview practice',
      'start a practice interview',
      'do a mock interview',
      'lets do a mock interview',
      'lets do an interview',
      'lets practice an interview',
      'lets practise an interview',
      'do a practice interview',
      'practice an interview',
      'practise an interview',
      'practice for an interview',
      'practise for an interview',
      'practice for my interview',
      'practise for my interview',
      'practice interview questions',
      'practise interview questions',
      'interview training',
      'train for an interview',
      'interview me',
      'give me a mock interview',
      'ask me interview questions',
      'ask me an interview question',
    ],
    personal: true,
  },
  {
    name: 'sources',
    description: 'The sources of my last answer, with their passages',
    patterns: ['show sources', 'your sources', 'what are your sources', 'show the sources'],
    personal: true,
  },
  {
    name: 'history',
    description: 'Your last questions',
    patterns: ['my history', 'show history', 'show my history', 'my questions', 'what did i ask'],
    personal: true,
  },
  {
    name: 'export my data',
    description: 'Everything I keep about you, as a file',
    patterns: ['export data', 'export', 'download my data', 'export everything'],
    personal: true,
  },
  {
    name: 'delete my data',
    description: 'Delete everything I keep about you',
    patterns: [
      'forget me',
      'forget everything',
      'delete',
      'delete account',
      'delete my account',
      'erase my data',
      'forget everything about me',
      'delete everything',
      'delete all',
      'delete me',
      'delete data',
      'delete all my data',
      'delete my profile',
      'delete everything about me',
      'delete everything you know about me',
      'remove my data',
      'wipe my data',
      'lösche meine daten',
      'meine daten löschen',
      'vergiss mich',
      'borra mis datos',
      'elimina mis datos',
      'olvidame',
      'supprime mes données',
      'efface mes données',
      'oublie moi',
      'elimina i miei dati',
      'cancella i miei dati',
      'apague meus dados',
      'verwijder mijn gegevens',
      'usuń moje dane',
    ],
    personal: true,
  },
  {
    name: 'cancel',
    description: 'Stop what we are in the middle of',
    patterns: [
      'stop',
      'quit',
      'exit',
      'abort',
      'nevermind',
      'never mind',
      'leave it',
      'forget it',
      'forget about it',
      'forget that',
      'drop it',
      'stop asking',
      'stop asking me',
      'stop asking me questions',
      'stop asking questions',
      'no more questions',
      'leave me alone',
    ],
    personal: false,
  },
  {
    name: 'start over',
    description: 'Begin the questions about you again',
    patterns: ['restart', 'start again', 'begin again', 'reset', 'from the start'],
    personal: true,
  },
] as const satisfies readonly CommandRow[];

export type CommandName = (typeof commands)[number]['name'];

/** Every way to say a command, in words. */
const phrases = commands.flatMap(({ name, patterns }) =>
  [name, ...patterns].map((phrase) => ({ name, words: phrase.split(' ') })),
);

/** Words that change nothing about what is asked for. */
const fillers =
  /\b(please|pls|plz|just|now|can you|could you|would you|can we|could we|i want to|i want you to|id like to|hey|mentor)\b/g;

/** The command a message stands for as a whole, typing mistakes forgiven; a sentence that merely mentions one is none. */
export function findCommand(text: string): CommandName | undefined {
  const said = bareWords(text).replace(fillers, ' ').replace(/\s+/g, ' ').trim();
  if (said === '') return undefined;
  const saidWords = said.split(' ');
  let best: { name: CommandName; mistakes: number } | undefined;
  for (const { name, words } of phrases) {
    const mistakes = mistakesIn(saidWords, words);
    if (mistakes !== undefined && mistakes < (best?.mistakes ?? Number.POSITIVE_INFINITY))
      best = { name, mistakes };
  }
  return best?.name;
}

/** Whether a command's reply may only be shown one to one. */
export function isPersonal(name: CommandName): boolean {
  return commands.some((command) => command.name === name && command.personal);
}

/** How many edits lie between the words, or `undefined` where one of them is rather another word. */
function mistakesIn(words: readonly string[], pattern: readonly string[]): number | undefined {
  if (words.length !== pattern.length) return undefined;
  let mistakes = 0;
  for (const [index, meant] of pattern.entries()) {
    const written = words[index] ?? '';
    const edits = distance(written, meant);
    if (edits > allowedEdits(written, meant)) return undefined;
    mistakes += edits;
  }
  return mistakes;
}

/**
 * How many edits still count as a slip of the fingers. Swapped letters are two edits. A wrong letter in a short word is mostly
 * another word ("stop" and "step", "export" and "expert"), so there only a missing or doubled one counts.
 */
function allowedEdits(written: string, meant: string): number {
  if (meant.length < 4 || isOtherForm(written, meant)) return 0;
  if (meant.length >= 8) return 2;
  if (written.length === meant.length && sortedLetters(written) === sortedLetters(meant)) return 2;
  return meant.length === 7 || written.length !== meant.length ? 1 : 0;
}

/** Interviews and an interviewer are a topic, not an interview that was misspelt. */
function isOtherForm(written: string, meant: string): boolean {
  return written.startsWith(meant) && /^(s|ed|er|ers|ing)$/.test(written.slice(meant.length));
}

function sortedLetters(word: string): string {
  return [...word].sort().join('');
}
