type Wire = Record<string, unknown>;

/** A sequence of numbers from 0 to 1 that is the same each time. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const types = [
  'message',
  'messageUpdate',
  'messageDelete',
  'messageReaction',
  'conversationUpdate',
  'installationUpdate',
  'invoke',
  'event',
  'typing',
  'endOfConversation',
  'trace',
  'command',
  'suggestion',
  'x-own',
];
const names = [
  'message/submitAction',
  'message/fetchTask',
  'adaptiveCard/action',
  'application/search',
  'signin/verifyState',
  'signin/tokenExchange',
  'task/fetch',
  'fileConsent/invoke',
  'webchat:activity-status/feedback',
  'tokens/response',
  '',
];
const cardValues = [
  { command: 'feedback', reaction: 'dislike', answerId: 'somebody-elses' },
  { command: 'feedback-reason', answerId: 'x', reason: 'y' },
  { command: 'save-profile', hoursPerWeek: '-1e9' },
  { command: 'ask', text: 'how?' },
  { actionName: 'feedback', actionValue: { reaction: 'like', feedback: '{' } },
  { action: { type: 'Action.Execute', data: { command: 'ask', text: 'why?' } } },
  { action: { type: 'Action.Submit' } },
  { kind: 'search', queryText: 7 },
];

/** Values that no channel would send where something else belongs. */
const oddValues: readonly unknown[] = [
  null,
  undefined,
  '',
  ' ',
  0,
  -1,
  Number.MAX_SAFE_INTEGER,
  true,
  [],
  {},
  [null],
  [[]],
  [{}],
  { id: null },
  { id: '' },
  { id: '../../other' },
  { id: '..' },
  { id: '\ud800' },
  { id: 7 },
  { id: 'x'.repeat(5_000) },
  { __proto__: null, constructor: 'x' },
  '__proto__',
  'constructor',
  '\u0000\u0007',
  '\ud800',
  '../../../etc/passwd',
  '.',
  '..',
  'x'.repeat(50_000),
  '𝔘'.repeat(10_000),
  'NaN',
  '2026-13-45T99:99:99Z',
  "'; DROP TABLE messages; --",
  '<at>Career Mentor</at>',
  [{ type: 'mention', mentioned: null, text: 7 }],
  [{ type: 'mention', mentioned: { id: '28:bot' }, text: '(((((' }],
  [{ contentType: 'text/html' }],
  [{ contentType: null }],
  [{ contentType: 'application/vnd.microsoft.teams.file.download.info', content: null }],
  [{ '@type': 'DislikeAction', answerId: 'x', type: 'x' }],
];

const ownFields = [
  ...['value', 'entities', 'attachments', 'membersAdded', 'membersRemoved', 'reactionsAdded'],
  ...['replyToId', 'deliveryMode', 'action', 'name', 'textFormat', 'suggestedActions', 'locale'],
  ...['localTimestamp', 'valueType', 'topicName', 'relatesTo', 'label', 'code', 'callerId'],
];
const nestedFields = ['id', 'name', 'isGroup', 'conversationType', 'tenantId'];

/** So many activities, each with something missing, empty, oversized or of the wrong kind; the same ones each time. */
export function* badActivities(count: number, base: Wire): Generator<Wire> {
  const random = createRandom(20_261_123);
  const pick = <Item>(items: readonly Item[]): Item =>
    items[Math.floor(random() * items.length)] as Item;
  const fields = [...Object.keys(base), ...ownFields];

  const breakOne = (target: Wire, keys: readonly string[]) => {
    const key = pick(keys);
    if (random() < 0.2) delete target[key];
    else target[key] = structuredClone(pick(oddValues));
  };
  const breakSomething = (activity: Wire) => {
    const parent = activity[pick(['conversation', 'from', 'recipient', 'channelData'])];
    const isNested = random() < 0.3 && typeof parent === 'object' && parent !== null;
    if (isNested) breakOne(parent as Wire, nestedFields);
    else breakOne(activity, fields);
  };

  for (let index = 0; index < count; index += 1) {
    const activity: Wire = {
      ...structuredClone(base),
      id: `bad-${index}`,
      type: pick(types),
      ...(random() < 0.5 && { name: pick(names) }),
      ...(random() < 0.4 && { value: structuredClone(pick(cardValues)) }),
    };
    const changes = 1 + Math.floor(random() * 3);
    for (let change = 0; change < changes; change += 1) breakSomething(activity);
    yield activity;
  }
}
