import type { Activity } from 'botbuilder';
import { z } from 'zod';
import { cardSubmit } from '#cards/card-data.ts';

export interface GivenFeedback {
  readonly reaction: 'like' | 'dislike';
  /** Absent where the channel names only the message, in `replyToId`. */
  readonly answerId?: string;
  readonly words?: string;
}

const reviewAction = z.object({
  '@type': z.enum(['LikeAction', 'DislikeAction']),
  answerId: z.string().min(1).max(200),
});

const reviewEntity = z.union([
  reviewAction,
  z
    .object({ potentialAction: z.array(reviewAction).min(1) })
    .transform((entity) => entity.potentialAction[0]),
]);

const words = z.object({ feedbackText: z.string().max(4_000).optional() });

const submitAction = z.object({
  actionName: z.literal('feedback'),
  actionValue: z.object({
    reaction: z.enum(['like', 'dislike']),
    // Teams sends JSON in a string, Web Chat an object.
    feedback: z.union([words, z.string()]).optional(),
  }),
});

/** Thumbs in any of the ways in which channels send them; `undefined` where the activity is something else. */
export function readFeedback(activity: Activity): GivenFeedback | undefined {
  if (activity.type === 'event' && activity.name === 'webchat:activity-status/feedback')
    return readReviewEvent(activity);
  if (activity.type === 'invoke' && activity.name === 'message/submitAction')
    return readSubmitAction(activity.value);
  const submitted = cardSubmit.safeParse(activity.value);
  if (!submitted.success || submitted.data.command !== 'feedback') return undefined;
  return { reaction: submitted.data.reaction, answerId: submitted.data.answerId };
}

function readReviewEvent(activity: Activity): GivenFeedback | undefined {
  for (const entity of activity.entities ?? []) {
    const action = reviewEntity.safeParse(entity).data;
    if (action)
      return {
        reaction: action['@type'] === 'LikeAction' ? 'like' : 'dislike',
        answerId: action.answerId,
      };
  }
  return undefined;
}

function readSubmitAction(value: unknown): GivenFeedback | undefined {
  const submitted = submitAction.safeParse(value);
  if (!submitted.success) return undefined;
  const { reaction, feedback } = submitted.data.actionValue;
  const text = readWords(feedback)?.trim();
  return { reaction, ...(text ? { words: text } : {}) };
}

function readWords(feedback: z.infer<typeof words> | string | undefined): string | undefined {
  if (typeof feedback !== 'string') return feedback?.feedbackText;
  try {
    return words.safeParse(JSON.parse(feedback)).data?.feedbackText;
  } catch {
    // Not JSON: the words themselves.
    return feedback.slice(0, 4_000);
  }
}
