import { createPersonalData, type DeleteHook, type PersonalData } from '#bot/personal-data.ts';
import type { Core } from './core.ts';

/** What the stores keep of a person, to be listed, exported and deleted; the hooks delete what stands elsewhere. */
export function openPersonalData(core: Core, deleteHooks: readonly DeleteHook[]): PersonalData {
  const { profiles, conversations, transcripts, botState: storage } = core;
  const clock = () => new Date();
  return createPersonalData({ profiles, conversations, transcripts, storage, deleteHooks, clock });
}
