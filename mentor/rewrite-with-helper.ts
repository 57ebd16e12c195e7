import { isEnglish } from '#language/languages.ts';
import { topicStems } from '#language/words.ts';
import type { PastTurn } from './answer.ts';
import { type ConceptSwap, rewriteQuestion, type StandaloneQuestion } from './rewrite-question.ts';
import {
  type HelperDependencies,
  helperDeadlineMs,
  helperTemperature,
  tryHelper,
  unreadable,
} from './try-helper.ts';

/** What the helper reads: the turns that a follow-up can lean on, and of a long one its beginning. */
const turnsRead = 6;
const charactersOfTurn = 700;
const longestQuestion = 400;

/**
 * Makes a follow-up stand alone with the helper model; by the rules of `rewriteQuestion` where there is none, it fails, or
 * the rules are sure: of a question that stands alone, and of an offered one that was chosen.
 */
export async function rewriteWithHelper(
  text: string,
  history: readonly PastTurn[],
  dependencies: HelperDependencies & { readonly expander?: ConceptSwap },
  signal?: AbortSignal,
): Promise<StandaloneQuestion> {
  const byRules = rewriteQuestion(text, history, dependencies.expander);
  if (!byRules.isFollowUp || byRules.isChoice === true || byRules.isRepeated === true)
    return byRules;
  const rewritten = await tryHelper(
    'rewrite',
    {
      messages: [
        {
          role: 'user',
          content: dependencies.render('rewrite', { conversation: conversationOf(text, history) }),
        },
      ],
      temperature: helperTemperature,
      maxAnswerTokens: 120,
      timeoutMs: helperDeadlineMs,
      ...(signal === undefined ? {} : { signal }),
    },
    (answer) => readQuestion(answer, text, history),
    dependencies,
  );
  return rewritten === undefined ? byRules : { ...byRules, text: rewritten };
}

/** The turns and the last message as JSON, which keeps them apart from the instructions. */
function conversationOf(text: string, history: readonly PastTurn[]): string {
  const turns = [...history.slice(-turnsRead), { role: 'user', content: text } as const];
  return JSON.stringify(
    turns.map(({ role, content }) => ({
      role: role === 'user' ? 'person' : 'mentor',
      text: content.slice(0, charactersOfTurn),
    })),
  );
}

function readQuestion(answer: string, text: string, history: readonly PastTurn[]): string {
  const question = answer.trim().replace(/^["“](.*)["”]$/s, '$1');
  if (question === '' || question.includes('\n') || question.length > longestQuestion)
    throw unreadable('is not one question');
  const said = [...history.filter(({ role }) => role === 'user').map((turn) => turn.content), text];
  if (isEnglish(question) !== isEnglish(said.join(' ')))
    throw unreadable('is in another language than the question');
  if (!keepsATopic(question, [...said, ...history.map((turn) => turn.content)]))
    throw unreadable('has nothing to do with the conversation');
  return question;
}

/** An answer without a word of the conversation was made up. */
function keepsATopic(question: string, said: readonly string[]): boolean {
  const known = new Set(said.flatMap(topicStems));
  return topicStems(question).some((stem) => known.has(stem));
}
