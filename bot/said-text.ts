import type { Activity } from 'botbuilder';
import { cardSubmit } from '#cards/card-data.ts';

/** The words of a message, or those that the pressed button of a card stands for. */
export function saidText(activity: Activity): string {
  if (activity.text) return activity.text;
  const submitted = cardSubmit.safeParse(activity.value).data;
  return submitted?.command === 'ask' ? submitted.text : '';
}
