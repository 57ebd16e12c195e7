import * as z from 'zod';

/** Slack's limits, as its reference gives them for each block and element. */
const plain = (max: number) =>
  z.strictObject({
    type: z.literal('plain_text'),
    text: z.string().min(1).max(max),
    emoji: z.boolean().optional(),
  });
const mrkdwn = (max: number) =>
  z.strictObject({ type: z.literal('mrkdwn'), text: z.string().min(1).max(max) });
const text = (max: number) => z.union([plain(max), mrkdwn(max)]);
const actionId = z.string().min(1).max(255);

const button = z.strictObject({
  type: z.literal('button'),
  action_id: actionId,
  text: plain(75),
  value: z.string().max(2_000).optional(),
  url: z.url().max(3_000).optional(),
  style: z.enum(['primary', 'danger']).optional(),
});

const option = z.strictObject({ text: plain(75), value: z.string().min(1).max(150) });
const input = z.union([
  z.strictObject({
    type: z.literal('plain_text_input'),
    action_id: actionId,
    multiline: z.boolean().optional(),
    max_length: z.number().int().min(1).max(3_000).optional(),
    initial_value: z.string().min(1).max(3_000).optional(),
    placeholder: plain(150).optional(),
  }),
  z.strictObject({
    type: z.literal('static_select'),
    action_id: actionId,
    placeholder: plain(150).optional(),
    options: z.array(option).min(1).max(100),
    initial_option: option.optional(),
  }),
]);

const feedbackButton = z.strictObject({
  text: plain(75),
  value: z.string().max(2_000),
  accessibility_label: z.string().max(75).optional(),
});

const common = { block_id: z.string().min(1).max(255).optional() };

const block = z.discriminatedUnion('type', [
  z
    .strictObject({
      ...common,
      type: z.literal('section'),
      text: text(3_000).optional(),
      fields: z.array(text(2_000)).min(1).max(10).optional(),
      accessory: button.optional(),
      expand: z.boolean().optional(),
    })
    .refine((section) => section.text !== undefined || section.fields !== undefined),
  z.strictObject({ ...common, type: z.literal('header'), text: plain(150) }),
  z.strictObject({ ...common, type: z.literal('divider') }),
  z.strictObject({ ...common, type: z.literal('markdown'), text: z.string().min(1).max(12_000) }),
  z.strictObject({
    ...common,
    type: z.literal('context'),
    elements: z.array(text(3_000)).min(1).max(10),
  }),
  z.strictObject({
    ...common,
    type: z.literal('actions'),
    elements: z.array(button).min(1).max(25),
  }),
  z.strictObject({
    ...common,
    type: z.literal('context_actions'),
    elements: z
      .array(
        z.strictObject({
          type: z.literal('feedback_buttons'),
          action_id: actionId,
          positive_button: feedbackButton,
          negative_button: feedbackButton,
        }),
      )
      .min(1)
      .max(5),
  }),
  z.strictObject({
    ...common,
    type: z.literal('rich_text'),
    elements: z
      .array(
        z.strictObject({
          type: z.literal('rich_text_section'),
          elements: z
            .array(
              z.strictObject({
                type: z.literal('text'),
                text: z.string().min(1),
                style: z.strictObject({ bold: z.boolean().optional() }).optional(),
              }),
            )
            .min(1),
        }),
      )
      .min(1),
  }),
  z.strictObject({
    ...common,
    type: z.literal('input'),
    label: plain(2_000),
    element: input,
    optional: z.boolean().optional(),
    hint: plain(2_000).optional(),
  }),
]);

const view = z.strictObject({
  type: z.literal('modal'),
  callback_id: z.string().max(255).optional(),
  private_metadata: z.string().max(3_000).optional(),
  title: plain(24),
  submit: plain(24).optional(),
  close: plain(24).optional(),
  blocks: z.array(block).min(1).max(100),
});

export type CheckedBlock = z.infer<typeof block>;
export type CheckedView = z.infer<typeof view>;

/** Slack refuses a message at this size of all its blocks (bolt-js#2509). */
const mostBlockChars = 13_200;

/** Slack's error code for a message's blocks, with what it says of the place; `undefined` where it would take them. */
export function problemOfBlocks(
  blocks: unknown,
): { error: string; messages: string[] } | undefined {
  const parsed = z.array(block).max(50).safeParse(blocks);
  if (!parsed.success) {
    const messages = parsed.error.issues.map(
      ({ path, message }) => `[ERROR] ${message} [json-pointer:/blocks/${path.join('/')}]`,
    );
    return { error: 'invalid_blocks', messages };
  }
  if (parsed.data.some(({ type }) => type === 'input'))
    return { error: 'invalid_blocks', messages: ['[ERROR] input blocks belong into a view'] };
  const ids = parsed.data.flatMap(({ block_id }) => block_id ?? []);
  if (new Set(ids).size < ids.length)
    return { error: 'invalid_blocks', messages: ['[ERROR] block_id is not unique'] };
  for (const { type, ...rest } of parsed.data) {
    const actions = type === 'actions' && 'elements' in rest ? rest.elements : [];
    const actionIds = actions.flatMap((element) =>
      'action_id' in element ? [element.action_id] : [],
    );
    if (new Set(actionIds).size < actionIds.length)
      return { error: 'invalid_blocks', messages: ['[ERROR] action_id is not unique'] };
  }
  return JSON.stringify(blocks).length > mostBlockChars
    ? { error: 'msg_blocks_too_long', messages: [] }
    : undefined;
}

/** What Slack says of a view that it would not open. */
export function problemOfView(given: unknown): string | undefined {
  const parsed = view.safeParse(given);
  return parsed.success ? undefined : z.prettifyError(parsed.error);
}
