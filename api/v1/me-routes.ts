import { randomUUID } from 'node:crypto';
import type { Caller } from '#api/sign-in/caller.ts';
import type { PersonalData, PersonalDataExport } from '#bot/personal-data.ts';
import type { Logger } from '#log.ts';
import type { ProfileStore } from '#services/profiles/port.ts';
import type { AnswerRuns } from './answer-runs.ts';
import { type Route, route } from './operation.ts';
import { operations } from './operations.ts';
import type { DeletionReceipt } from './schemas/me.ts';
import type { ApiPersonalDataExport } from './schemas/personal-data-export.ts';
import { presentMessage } from './session-routes.ts';
import type { Sessions } from './sessions.ts';

export interface MeRoutesOptions {
  readonly sessions: Sessions;
  readonly runs: AnswerRuns;
  readonly profiles: ProfileStore;
  readonly personalData: PersonalData;
  readonly publicUrl: () => string;
  readonly now: () => Date;
  readonly logger: Pick<Logger, 'info'>;
}

/** One person's right to their data. */
export function meRoutes(options: MeRoutesOptions): Route[] {
  const { sessions, personalData } = options;
  return [
    route(operations.getMe, async ({ caller }) => {
      const [list, profiles] = await Promise.all([
        sessions.list(caller),
        Promise.all(caller.identities.map(({ userKey }) => options.profiles.get(userKey))),
      ]);
      const profile = profiles.find((found) => found !== undefined);
      return {
        body: {
          personId: caller.personId,
          signedIn: caller.isSignedIn,
          roles: [...caller.roles],
          profile: profile === undefined ? null : mutable(profile),
          sessions: list,
        },
      };
    }),
    route(operations.exportMe, async ({ caller }) => {
      const parts = await Promise.all(
        caller.identities.map((identity) => personalData.collect(identity)),
      );
      return {
        body: joinExports(caller, parts, options),
        headers: { 'Content-Disposition': 'attachment; filename="career-mentor-data.json"' },
      };
    }),
    route(operations.deleteMe, async ({ caller }) => ({
      body: await deletePerson(caller, options),
    })),
  ];
}

async function deletePerson(
  caller: Caller,
  { runs, personalData, now, logger }: MeRoutesOptions,
): Promise<DeletionReceipt> {
  // First, for an answer that ends later would be kept after all.
  await runs.stopAll(({ personId }) => personId === caller.personId);
  const deleted = { profiles: 0, conversations: 0, messages: 0 };
  for (const identity of caller.identities) {
    const { profile, conversations, messages } = await personalData.count(identity);
    await personalData.deleteAll(identity);
    deleted.profiles += profile ? 1 : 0;
    deleted.conversations += conversations;
    deleted.messages += messages;
  }
  const receipt = { receiptId: randomUUID(), deletedAt: now().toISOString(), deleted };
  logger.info(receipt, 'a person deleted their data');
  return receipt;
}

function joinExports(
  { personId }: Caller,
  parts: readonly PersonalDataExport[],
  { sessions, publicUrl, now }: MeRoutesOptions,
): ApiPersonalDataExport {
  return {
    exportedAt: now().toISOString(),
    personId,
    profiles: parts.flatMap(({ profile }) => (profile === null ? [] : [mutable(profile)])),
    conversations: parts
      .flatMap(({ conversations }) => conversations)
      .map((conversation) => ({
        ...sessions.describe(conversation),
        ...(conversation.conversationSummary === undefined
          ? {}
          : { conversationSummary: conversation.conversationSummary }),
        messages: conversation.messages.map((message) => presentMessage(message, publicUrl())),
      })),
    transcripts: parts
      .flatMap(({ transcripts }) => transcripts)
      .filter(({ lines }) => lines.length > 0)
      .map(({ conversationId, lines }) => ({ conversationId, lines: [...lines] })),
  };
}

/** The schemas' types have no read-only lists. */
function mutable<Value>(value: Value): Mutable<Value> {
  return value as Mutable<Value>;
}

type Mutable<Value> = {
  -readonly [Key in keyof Value]: Value[Key] extends readonly (infer Item)[] | undefined
    ? Item[] | Extract<Value[Key], undefined>
    : Value[Key];
};
