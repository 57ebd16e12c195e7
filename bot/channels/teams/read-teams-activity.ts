import type { Activity, Attachment, Entity } from 'botbuilder';
import * as z from 'zod';
import { contentTypeFor } from '#bot/channels/direct-line/file-types.ts';
import { isGroup } from '#bot/turn-keys.ts';

/**
 * A Teams activity in the product's words: without the mention of the bot, without the copy of the text that Teams attaches
 * to it, with shared files as ordinary attachments. `undefined` for what people in a group say to each other.
 */
export function readTeamsActivity(activity: Activity): Activity | undefined {
  const isSaid = activity.type === 'message' || activity.type === 'messageUpdate';
  if (!isSaid) return activity;
  const mentions = mentionsOfBot(activity);
  const isCard = activity.value !== undefined && !activity.text;
  if (isGroup(activity) && mentions.length === 0 && !isCard) return undefined;
  const { text, attachments } = activity;
  return {
    ...activity,
    ...(text !== undefined && { text: withoutMentions(text, mentions) }),
    ...(attachments !== undefined && { attachments: filesIn(attachments) }),
  };
}

interface Mention extends Entity {
  readonly mentioned?: { readonly id?: unknown };
  readonly text?: unknown;
}

function mentionsOfBot({ entities = [], recipient }: Activity): Mention[] {
  return (entities as Mention[]).filter(
    ({ type, mentioned }) => type === 'mention' && mentioned?.id === recipient.id,
  );
}

function withoutMentions(text: string, mentions: readonly Mention[]): string {
  return mentions
    .map(({ text: words }) => words)
    .filter((words) => typeof words === 'string' && words !== '')
    .reduce<string>((rest, words) => rest.replaceAll(words as string, ' '), text)
    .replace(/(?:&nbsp;|\s)+/gu, (space) => (space.includes('\n') ? '\n' : ' '))
    .trim();
}

const sharedFile = z.object({
  contentType: z.literal('application/vnd.microsoft.teams.file.download.info'),
  name: z.string().optional(),
  content: z.object({ downloadUrl: z.url({ protocol: /^https$/ }), fileType: z.string() }),
});

/** What people attached; the text of a message comes a second time as HTML and is no file. */
function filesIn(attachments: readonly Attachment[]): Attachment[] {
  return attachments
    .filter(({ contentType }) => !contentType.startsWith('text/html'))
    .map((attachment) => {
      const file = sharedFile.safeParse(attachment).data;
      if (file === undefined) return attachment;
      return {
        contentType:
          contentTypeFor(file.content.fileType.toLowerCase()) ?? 'application/octet-stream',
        contentUrl: file.content.downloadUrl,
        ...(file.name !== undefined && { name: file.name }),
      };
    });
}
