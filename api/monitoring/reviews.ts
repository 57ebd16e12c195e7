import type { ConversationStore, Message } from '#services/conversations/port.ts';
import type { ReviewEntry, ReviewQueue } from '#services/telemetry/port.ts';

export interface ReviewsOptions {
  readonly queue: ReviewQueue;
  readonly conversations: Pick<ConversationStore, 'get' | 'listMessages'>;
  /** Takes mail addresses, telephone numbers and keys out. */
  readonly redact: (text: string) => string;
  /** Adds one line to the file of evaluation cases. */
  readonly keepCase: (line: string) => Promise<void>;
}

/** An entry with what was said, as it stands in the conversation. */
export interface ReadReview {
  readonly entry: ReviewEntry;
  readonly question: string;
  readonly answer: Message;
}

/** How far back in a conversation an answer is looked for. */
const newestMessages = 50;

/** Reads what stands behind review entries; what was deleted since is forgotten here too. */
export function createReviews({ queue, conversations, redact, keepCase }: ReviewsOptions) {
  const read = async (entry: ReviewEntry): Promise<ReadReview | undefined> => {
    const { messages } = await conversations.listMessages(entry.conversationId, {
      limit: newestMessages,
    });
    const at = messages.findIndex(({ messageId }) => messageId === entry.messageId);
    const answer = messages[at];
    const question = messages[at - 1];
    if (answer === undefined || question?.role !== 'user') return undefined;
    return { entry, question: redact(question.content), answer };
  };
  const readAll = async (entries: readonly ReviewEntry[]): Promise<ReadReview[]> => {
    const found = await Promise.all(entries.map(read));
    queue.remove(entries.filter((_, index) => found[index] === undefined).map(({ id }) => id));
    return found.filter((review) => review !== undefined);
  };
  return {
    open: (limit: number) => readAll(queue.list({ status: 'open', limit })),
    /** What was asked in the newest entries, with a key that tells people apart. */
    async questions(limit: number) {
      const reviews = await readAll(queue.list({ limit }));
      const people = await Promise.all(
        reviews.map(({ entry }) => conversations.get(entry.conversationId)),
      );
      return reviews.map(({ entry, question }, index) => ({
        text: question,
        personKey: people[index]?.userId ?? entry.conversationId,
      }));
    },
    /** Writes the answer down as an evaluation case; resolves to whether there was such an open entry. */
    async makeCase(id: string): Promise<boolean> {
      const review = await readOpen(id);
      if (review === undefined) return false;
      await keepCase(JSON.stringify(caseOf(review)));
      return queue.setStatus(id, 'case');
    },
    dismiss: (id: string): boolean => queue.setStatus(id, 'dismissed'),
  };

  async function readOpen(id: string): Promise<ReadReview | undefined> {
    const entry = queue.get(id);
    if (entry?.status !== 'open') return undefined;
    const [review] = await readAll([entry]);
    return review;
  }
}

/** In the form of test/evals/data/dev.jsonl; what was cited is a suggestion that a person corrects. */
function caseOf({ entry, question, answer }: ReadReview) {
  // Several passages of one section are one suggestion.
  const sections = new Map(
    answer.knowledgeSources.map(({ documentId, section }) => [
      JSON.stringify([documentId, section]),
      { documentId, section, grade: 1 },
    ]),
  );
  return {
    id: `review-${entry.id.slice(0, 8)}`,
    kind: sections.size === 0 ? 'unanswerable' : 'plain',
    question,
    relevant: [...sections.values()],
  };
}
