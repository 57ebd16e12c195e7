import { safeMarkdown, settledPart } from '#bot/safe-markdown.ts';
import type { StreamEvent } from './schemas/stream-event.ts';

const citationMarkers = / ?\[\d{1,2}\]/g;

/**
 * An answer's text as the API gives it: Markdown without links, images or HTML, as in every channel, since clients render
 * it; without `[n]` where no sources are wanted.
 */
export function answerText(text: string, includesSources: boolean): string {
  const safe = safeMarkdown(text);
  return includesSources ? safe : safe.replaceAll(citationMarkers, '');
}

/** Turns a mentor's growing text into events that hold only what later words cannot make unsafe. */
export function createGrowingAnswer(includesSources: boolean) {
  let written = '';
  let sent = '';
  const send = (text: string): StreamEvent[] => {
    const grows = text.startsWith(sent);
    const added = grows ? text.slice(sent.length) : text;
    sent = text;
    return [
      // Now and then a later word takes something away, such as the beginning of a line that became a link's definition.
      ...(grows ? [] : [{ event: 'text-reset', data: {} } as const]),
      ...(added === '' ? [] : [{ event: 'text-delta', data: { text: added } } as const]),
    ];
  };
  return {
    /** What can be sent now that this was written too. */
    add(delta: string): StreamEvent[] {
      written += delta;
      const settled = settledPart(written);
      const [space = ''] = /^\s*/.exec(written.slice(settled.length)) ?? [];
      const text = answerText(settled + space, includesSources);
      return text.length > sent.length && text.startsWith(sent) ? send(text) : [];
    },
    /** Brings what was sent to the whole text. */
    end: (text: string): StreamEvent[] => send(text),
    reset(): StreamEvent[] {
      written = '';
      sent = '';
      return [{ event: 'text-reset', data: {} }];
    },
  };
}
