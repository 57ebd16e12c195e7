import type { Activity, InvokeResponse } from 'botbuilder';
import * as z from 'zod';
import { RequestRefused } from '#bot/channels/read-json-body.ts';

const executedAction = z.object({
  action: z.object({
    type: z.literal('Action.Execute'),
    data: z.record(z.string(), z.unknown()),
  }),
});

/**
 * The message that a card's `Action.Execute` stands for: the same as its `Action.Submit` would have sent, so that both take
 * the same way. `undefined` where the activity is something else. Throws RequestRefused 400 for an action that is malformed.
 */
export function readExecutedAction(activity: Activity): Activity | undefined {
  if (activity.type !== 'invoke' || activity.name !== 'adaptiveCard/action') return undefined;
  const executed = executedAction.safeParse(activity.value).data;
  // Refused here: the SDK's own reading of it throws on a value without an action.
  if (executed === undefined)
    throw new RequestRefused(400, 'value.action: must be an Action.Execute with data');
  const { name: _name, text: _text, ...rest } = activity;
  return { ...rest, type: 'message', value: executed.action.data } as Activity;
}

/** What the card shows until the turn's own messages come. */
export function acknowledgeAction(text: string): InvokeResponse {
  return {
    status: 200,
    body: { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: text },
  };
}
