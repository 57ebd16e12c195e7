import { countryPattern } from './country-pattern.ts';
import traits from './personal-traits.json' with { type: 'json' };

type Trait = keyof typeof traits.rules;

interface Rule {
  readonly pattern: RegExp;
  readonly replacement: string;
}

/** Where a pattern names a list or a phrase: `{kin}`. */
const placePattern = /(?<!\\p)\{([a-z]\w*)\}/giu;
const capitals: Readonly<Record<string, string>> = traits.capitals;
const places: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.entries(traits.words).map(([name, words]) => [name, words.replaceAll(' ', '|')]),
  ),
  ...traits.phrases,
  country: countryPattern,
};

const order: readonly Trait[] = ['name', 'school', 'age', 'origin', 'gender'];
/** Made with the first question: compiling them takes long, and a start does not need them. */
let rules: ReadonlyMap<Trait, readonly Rule[]> | undefined;
/** A question about a trait, such as one about discrimination, keeps the words that say it. */
const topics = new Map(
  Object.entries(traits.topics).map(([trait, words]) => [
    trait,
    new RegExp(`\\b(?:${words.join('|')})`, 'i'),
  ]),
);

/**
 * A question in which nobody has a name, school, age, origin or gender, so that the same question finds the same passages
 * and sentences whoever it is about. For looking things up only. `isTopic` tells the names that questions are about ("Java").
 */
export function withoutTraits(question: string, isTopic: (words: string) => boolean): string {
  rules ??= new Map(order.map((trait) => [trait, traits.rules[trait].map(toRule)]));
  let text = question.replaceAll(/\s+/g, ' ');
  for (const [trait, ofTrait] of rules) {
    if (topics.get(trait)?.test(question) === true) continue;
    for (const rule of ofTrait) {
      const applied = apply(rule, text, isTopic);
      if (applied !== text) text = applied.replaceAll(/\s+/g, ' ');
    }
  }
  return text === question ? question : tidied(text, question);
}

function apply(
  { pattern, replacement }: Rule,
  text: string,
  isTopic: (words: string) => boolean,
): string {
  return text.replace(pattern, (found) => {
    const proper = found.match(/\p{Lu}[\p{L}\d+#.-]*(?: \p{Lu}[\p{L}\d+#.-]*)*/gu) ?? [];
    return proper.some(isTopic) ? found : replacement;
  });
}

/** What is only found is left out. */
function toRule(rule: string | { readonly find: string; readonly say: string }): Rule {
  const { find, say } = typeof rule === 'string' ? { find: rule, say: '' } : rule;
  return { pattern: new RegExp(toPattern(find), 'gu'), replacement: say };
}

/** The lists and phrases of the data in the places that name them; only what `capitals` describes minds the case. */
function toPattern(find: string): string {
  return anyCase(filled(find, places)).replaceAll(placePattern, (place, name: string) =>
    group(capitals[name] ?? place),
  );
}

function filled(pattern: string, by: Readonly<Record<string, string>>): string {
  return pattern.replaceAll(placePattern, (place, name: string) => {
    const found = by[name];
    return found === undefined ? place : group(filled(found, by));
  });
}

function group(pattern: string): string {
  return `(?:${pattern})`;
}

/** The `i` flag would make names of any word, and switching it off for a part of a pattern misses matches in V8. */
function anyCase(pattern: string): string {
  return pattern.replaceAll(/\\p\{\w+\}|\\.|\{\w+\}|\[[^\]]*\]|[a-z]/giu, (token) => {
    if (/^\[[a-z]+\]$/.test(token)) return `${token.slice(0, -1)}${token.slice(1).toUpperCase()}`;
    return token.length === 1 ? `[${token.toLowerCase()}${token.toUpperCase()}]` : token;
  });
}

/** No gaps or marks are left where something stood; what consists of nothing else stays as it was. */
function tidied(text: string, question: string): string {
  const tidy = text
    .replaceAll(/\(\s*(?:and|yes|[,\s])*\)/g, '')
    .replaceAll(/ (?=[,.;:!?])/g, '')
    .replaceAll(/([,.;:!?])(?:[,;:](?= |$))+/g, '$1')
    .replace(/^[\s,.;:!?]+/, '')
    .trim();
  return /\p{L}/u.test(tidy) ? tidy : question;
}
