type Wire = Record<string, unknown>;

interface Claim {
  readonly position: unknown;
  readonly appearance: Wire;
}

const claimKeys = ['@type', 'position', 'appearance'];
const appearanceKeys = ['@type', 'name', 'url', 'abstract', 'keywords', 'image', 'usageInfo'];
const rootKeys = ['type', '@type', '@context', '@id', 'additionalType', 'usageInfo', 'citation'];

/** What Teams would refuse of a message, or show wrong. */
export function findViolations(message: Wire): string[] {
  const entities = (message['entities'] ?? []) as Wire[];
  const roots = entities.filter(({ type }) => type === 'https://schema.org/Message');
  return [
    ...(roots.length > 1 ? ['two root entities'] : []),
    ...roots.flatMap(rootViolations),
    ...cardViolations(message),
  ];
}

function rootViolations(root: Wire): string[] {
  const claims = (root['citation'] ?? []) as Claim[];
  return [
    ...unknownKeys(root, rootKeys),
    ...(root['@id'] === '' ? [] : ['@id is not empty']),
    ...(claims.length > 20 ? [`${claims.length} citations`] : []),
    ...(new Set(claims.map(({ position }) => position)).size === claims.length
      ? []
      : ['two citations of one number']),
    ...claims.flatMap(claimViolations),
  ];
}

function claimViolations(claim: Claim): string[] {
  const { name, abstract, keywords, url } = claim.appearance;
  const words = (keywords ?? []) as string[];
  return [
    ...unknownKeys(claim as unknown as Wire, claimKeys),
    ...unknownKeys(claim.appearance, appearanceKeys),
    ...(isBetween(name, 1, 80) ? [] : [`a name of ${String(name).length}`]),
    ...(isBetween(abstract, 1, 160) ? [] : [`an abstract of ${String(abstract).length}`]),
    ...(words.length <= 3 && words.every((word) => isBetween(word, 1, 28)) ? [] : ['keywords']),
    ...(url === undefined || URL.canParse(String(url)) ? [] : ['a relative url']),
  ];
}

function cardViolations(message: Wire): string[] {
  const attachments = (message['attachments'] ?? []) as { contentType: string; content: Wire }[];
  return attachments
    .filter(({ contentType }) => contentType === 'application/vnd.microsoft.card.adaptive')
    .filter(({ content }) => content['version'] !== '1.5')
    .map(({ content }) => `a card of version ${String(content['version'])}`);
}

function unknownKeys(value: Wire, known: readonly string[]): string[] {
  return Object.keys(value)
    .filter((key) => !known.includes(key))
    .map((key) => `unknown key ${key}`);
}

function isBetween(text: unknown, least: number, most: number): boolean {
  return typeof text === 'string' && text.trim().length >= least && text.length <= most;
}
