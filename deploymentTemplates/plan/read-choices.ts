import { type Size, sizes } from '#deploymentTemplates/arm/deployment.ts';
import type { Value } from '#deploymentTemplates/arm/functions.ts';

export interface Choices {
  readonly size: Size;
  readonly given: { readonly [name: string]: Value };
  readonly json: boolean;
}

/** Reads `dev|prod [name=value]... [--json]`; throws an Error whose message is the help. */
export function readChoices(words: readonly string[]): Choices {
  const [size = 'dev', ...rest] = words.filter((word) => word !== '--json');
  const known = sizes.find((name) => name === size);
  if (known === undefined) throw new Error(`${help}\nThere is no size "${size}".`);
  const given = rest.map((word) => {
    const [, name, value] = /^([A-Za-z]\w*)=(.*)$/s.exec(word) ?? [];
    if (name === undefined || value === undefined)
      throw new Error(`${help}\nI cannot read "${word}".`);
    return [name, toValue(value)] as const;
  });
  return { size: known, given: Object.fromEntries(given), json: words.includes('--json') };
}

const help = `Usage: npm run deploy:plan -- [${sizes.join('|')}] [parameter=value]... [--json]
For example: npm run deploy:plan -- prod searchSku=standard2 maxReplicas=50 'extraTags={"costCenter":"42"}'`;

/** A value that reads as JSON is that; everything else is a text. */
function toValue(text: string): Value {
  try {
    return JSON.parse(text) as Value;
  } catch {
    return text;
  }
}
