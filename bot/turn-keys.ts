import type { Activity, TurnContext } from 'botbuilder';

/** The person across all stores. */
export function userKeyOf(activity: Activity): string {
  return `${activity.channelId}:${activity.from.id}`;
}

/** The conversation across all stores. In a group each person has their own part of it, which is theirs to delete. */
export function conversationKeyOf(activity: Activity): string {
  const key = `${activity.channelId}:${activity.conversation.id}`;
  return isGroup(activity) ? `${key}:${activity.from.id}` : key;
}

/** The question that an activity asks, across all stores: edited, a message asks another one under its old id. */
export function questionIdOf({ id, type, timestamp }: Activity): string | undefined {
  if (id === undefined || type === 'message') return id;
  return `${id}~${timestamp === undefined ? '' : timestamp.toISOString()}`;
}

/** Whether the stored question came with the message of this id, edited since or not. */
export function isQuestionOf(questionId: string, activityId: string): boolean {
  return questionId === activityId || questionId.startsWith(`${activityId}~`);
}

/** Whether others read along. */
export function isGroup(activity: Activity): boolean {
  const type = activity.conversation.conversationType;
  return activity.conversation.isGroup === true || (type !== undefined && type !== 'personal');
}

const signalKey: unique symbol = Symbol('turn-signal');
const forgottenKey: unique symbol = Symbol('turn-forgotten');

/** Lets whoever runs the turn stop it: the signal reaches every model and search call. */
export function setTurnSignal(context: TurnContext, signal: AbortSignal): void {
  context.turnState.set(signalKey, signal);
}

/** The signal that stops this turn, where there is one. */
export function turnSignalOf(context: TurnContext): AbortSignal | undefined {
  return context.turnState.get<AbortSignal>(signalKey);
}

/** Marks that the person's data went in this turn: nothing of the turn is kept. */
export function forgetTurn(context: TurnContext): void {
  context.turnState.set(forgottenKey, true);
}

/** Whether nothing of this turn may be kept. */
export function isForgotten(context: TurnContext): boolean {
  return context.turnState.get<boolean>(forgottenKey) === true;
}
