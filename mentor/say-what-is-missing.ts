import type { Answer, AnswerQuestion, Question } from './answer.ts';
import { fixedReplies } from './fixed-replies.ts';

/** Lets the answer to a question, for which something could not be looked at, say so: it may miss what was said before. */
export function sayWhatIsMissing(answerQuestion: AnswerQuestion): AnswerQuestion {
  return async function* answerHonestly(question, options) {
    for await (const event of answerQuestion(question, options))
      yield event.type === 'answer'
        ? { ...event, answer: withNotice(event.answer, question) }
        : event;
  };
}

/** Replies of their own, above all to somebody in danger, rest on nothing that was said before. */
function withNotice(answer: Answer, { unread = [] }: Question): Answer {
  if (unread.length === 0 || answer.state === 'declined') return answer;
  const wasWhole = answer.state !== 'degraded';
  const sentences = [
    answer.notice,
    fixedReplies.unread(unread),
    // The card leaves this to a degraded answer's notice.
    wasWhole && answer.writtenBy === 'passages' ? fixedReplies.fromPassages : undefined,
  ];
  const notice = sentences.filter((sentence) => sentence !== undefined).join(' ');
  return { ...answer, state: 'degraded', notice };
}
