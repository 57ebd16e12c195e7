import { type Activity, ActivityTypes, type Middleware, type TurnContext } from 'botbuilder';
import { type CommandName, findCommand } from '#bot/commands.ts';
import { saidText } from '#bot/said-text.ts';
import { saysCrisis } from '#bot/says-crisis.ts';
import { userKeyOf } from '#bot/turn-keys.ts';
import { errorTable } from '#errors.ts';
import type { RateLimitRule, RateLimits } from '#services/rate-limits/port.ts';

export interface RateLimitOptions {
  readonly limits: Pick<RateLimits, 'take'>;
  /** How many messages one person may send within a minute; buttons and thumbs count for themselves, to as many. */
  readonly perMinute: number;
  /** Whether somebody says that they are in danger. */
  readonly isCrisis: (text: string) => boolean;
}

/** These end something, and whoever wants that shall have it at once. */
const alwaysHeard: ReadonlySet<CommandName | undefined> = new Set(['cancel', 'delete my data']);

/**
 * Stops what a person sends beyond the limit before it costs anything: the first message is answered with one sentence,
 * those behind it with none. Words of crisis, `stop` and `delete my data` get through, and count for nothing.
 */
export function createRateLimit({ limits, perMinute, isCrisis }: RateLimitOptions): Middleware {
  const ruleOf = (name: string): RateLimitRule => ({ name, limit: perMinute, windowSeconds: 60 });
  const rules = { message: ruleOf('messages'), action: ruleOf('actions') };
  return {
    async onTurn(context, next) {
      const kind = kindOf(context.activity);
      if (kind === undefined || mayAlwaysPass(saidText(context.activity), isCrisis)) return next();
      const { isAllowed, used } = await limits.take(rules[kind], userKeyOf(context.activity));
      if (isAllowed) return next();
      await refuse(context, { isFirst: used === perMinute + 1 });
    },
  };
}

/** What may cost a call of a model is a message; a thumb or a form costs little, and everything else comes from the channel. */
function kindOf(activity: Activity): 'message' | 'action' | undefined {
  switch (activity.type) {
    case ActivityTypes.Message:
      return activity.value && saidText(activity) === '' ? 'action' : 'message';
    case ActivityTypes.Event:
    case ActivityTypes.Invoke:
      return 'action';
    default:
      return undefined;
  }
}

function mayAlwaysPass(text: string, isCrisis: (text: string) => boolean): boolean {
  return text !== '' && (alwaysHeard.has(findCommand(text)) || saysCrisis(text, isCrisis));
}

/** An invoke gets its answer in the response, and a thumb none: a sentence in the chat would come out of nowhere. */
async function refuse(
  context: TurnContext,
  { isFirst }: { readonly isFirst: boolean },
): Promise<void> {
  const { type } = context.activity;
  if (type === ActivityTypes.Invoke)
    await context.sendActivity({
      type: ActivityTypes.InvokeResponse,
      value: { status: errorTable['rate-limited'].httpStatus },
    });
  else if (isFirst && type === ActivityTypes.Message)
    await context.sendActivity(errorTable['rate-limited'].userText);
}
