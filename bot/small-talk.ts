import { isTalk, type Talk, talkReplies } from '#mentor/move-replies.ts';
import { readMove } from '#mentor/read-move.ts';
import { texts } from './texts.ts';

export type SmallTalk = Talk | 'emoji';

/**
 * What a short message means where it is talk that leans on nothing said before; `undefined` sends it to the mentor, and so
 * does what is about the last answer ("shorter", "that's wrong").
 */
export function readSmallTalk(text: string): SmallTalk | undefined {
  if (
    text !== '' &&
    /^[\p{Extended_Pictographic}\p{Emoji_Component}\s]+$/u.test(text) &&
    !/\d/.test(text)
  ) {
    return 'emoji';
  }
  const move = readMove(text);
  return move !== undefined && isTalk(move) ? move : undefined;
}

/** Whether a message says nothing beyond the talk itself: no answer to a question about somebody. */
export function isMereTalk(text: string): boolean {
  const talk = readSmallTalk(text) ?? readMove(text);
  return talk !== undefined && talk !== 'not-now';
}

/** The reply to small talk; each time it comes, in other words. */
export function smallTalkReply(talk: SmallTalk, timesBefore: number): string {
  const variants = talk === 'emoji' ? texts.emojiOnly : talkReplies[talk];
  return variants[timesBefore % variants.length] ?? variants[0];
}
