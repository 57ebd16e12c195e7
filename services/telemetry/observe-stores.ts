import type { Tracer } from '@opentelemetry/api';
import type { Cache } from '#services/cache/port.ts';
import type { ConversationStore, Message } from '#services/conversations/port.ts';
import type { KnowledgeIndex } from '#services/knowledge-index/port.ts';
import type { ProfileStore } from '#services/profiles/port.ts';
import type { Instruments } from './instruments.ts';
import type { ReviewQueue } from './port.ts';
import { withClientSpan } from './spans.ts';

type Method = (...given: unknown[]) => unknown;

/** Gives each named method of a port a span of its own; `part` names the port. */
export function traceMethods<Port extends object>(
  port: Port,
  names: readonly (keyof Port & string)[],
  { tracer, part }: { readonly tracer: Tracer; readonly part: string },
): Port {
  const methods = port as Record<string, Method>;
  const traced = names.map((name) => {
    const attributes = { 'db.operation.name': name, 'peer.service': part };
    const call: Method = (...given) =>
      withClientSpan(tracer, `${part} ${name}`, attributes, async () => methods[name]?.(...given));
    return [name, call] as const;
  });
  return { ...port, ...Object.fromEntries(traced) };
}

/** Counts how well searches fit. */
export function observeIndex(
  index: KnowledgeIndex,
  { recordRetrieval }: Pick<Instruments, 'recordRetrieval'>,
): KnowledgeIndex {
  return {
    ...index,
    async search(query, options) {
      const hits = await index.search(query, options);
      recordRetrieval(
        hits.length === 0 ? undefined : Math.max(...hits.map(({ coverage }) => coverage)),
      );
      return hits;
    },
  };
}

/** Counts hits and misses by the namespace of the key. */
export function observeCache<Given extends Cache>(
  cache: Given,
  { recordCacheLookup }: Pick<Instruments, 'recordCacheLookup'>,
): Given {
  return {
    ...cache,
    async get(key: string) {
      const value = await cache.get(key);
      recordCacheLookup(key.slice(0, Math.max(0, key.indexOf(':'))), value !== undefined);
      return value;
    },
  };
}

export interface ConversationObserver {
  readonly instruments: Pick<Instruments, 'recordFeedback'>;
  readonly reviews: Pick<ReviewQueue, 'add'>;
  /** Gives what a person chose or wrote a short fixed name. */
  readonly reasonOf: (reason: string | undefined) => string;
  readonly onActive: (conversationId: string, userId: string) => void;
}

/** Answers with less confidence than this are for somebody to look at. */
const lowConfidence = 0.35;

/** Counts feedback and who is there, and puts what went wrong before the reviewers; keeps none of the words. */
export function observeConversations(
  store: ConversationStore,
  { instruments, reviews, reasonOf, onActive }: ConversationObserver,
): ConversationStore {
  return {
    ...store,
    async appendTurn(conversation, messages) {
      await store.appendTurn(conversation, messages);
      onActive(conversation.id, conversation.userId);
      for (const message of messages) {
        const reason = reviewReasonOf(message);
        if (reason !== undefined)
          reviews.add({ conversationId: conversation.id, messageId: message.messageId, reason });
      }
    },
    async setFeedback(conversationId, messageId, feedback) {
      const isKnown = await store.setFeedback(conversationId, messageId, feedback);
      if (!isKnown) return false;
      instruments.recordFeedback(feedback.reaction, reasonOf(feedback.reason));
      if (feedback.reaction === 'dislike')
        reviews.add({ conversationId, messageId, reason: 'thumbs-down' });
      return true;
    },
  };
}

function reviewReasonOf({ role, state, confidenceScore = 1 }: Message) {
  if (role !== 'assistant') return undefined;
  if (state === 'no-evidence') return 'no-evidence';
  return state === 'partly-grounded' && confidenceScore < lowConfidence
    ? 'low-grounding'
    : undefined;
}

/** Counts profiles that begin, and those that become complete enough to shape answers. */
export function observeProfiles(
  store: ProfileStore,
  { recordOnboarding }: Pick<Instruments, 'recordOnboarding'>,
): ProfileStore {
  return {
    ...store,
    async put(profile) {
      const before = await store.get(profile.userId).catch(() => undefined);
      await store.put(profile);
      if (before === undefined) recordOnboarding('begun');
      const isWhole = (given: typeof profile | undefined) =>
        given?.experienceLevel !== undefined && given.targetRole !== undefined;
      if (isWhole(profile) && !isWhole(before)) recordOnboarding('completed');
    },
  };
}
