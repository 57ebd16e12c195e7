import type { Activity } from 'botbuilder';
import { messageBytes } from '#bot/message-size.ts';
import { shorten } from '#bot/normalise-text.ts';

/**
 * The message as it is where it is small enough for its channel; else without its cards, which say the same in words, and
 * cut. A person gets a shortened message rather than none.
 */
export function fitActivity(
  activity: Partial<Activity>,
  maxBytes: number | undefined,
): Partial<Activity> {
  if (maxBytes === undefined || messageBytes(activity) <= maxBytes) return activity;
  const { attachments, ...rest } = activity;
  const cardWords = (attachments ?? []).map(({ content }) => content?.fallbackText ?? '');
  const text = [activity.text ?? '', ...cardWords].filter((words) => words !== '').join('\n\n');
  const room = maxBytes - messageBytes({ ...rest, text: '' });
  return { ...rest, text: shortenToBytes(text, Math.max(room, 0)) };
}

/** JSON writes some characters as several: so many that the length has to be tried. */
function shortenToBytes(text: string, maxBytes: number): string {
  let length = maxBytes;
  for (;;) {
    const short = shorten(text, length);
    const bytes = Buffer.byteLength(JSON.stringify(short)) - 2;
    if (bytes <= maxBytes || length <= 2) return short;
    length = Math.floor(length * Math.min(0.95, maxBytes / bytes));
  }
}
