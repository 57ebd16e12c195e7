import { bareWords } from '#bot/normalise-text.ts';

/** What somebody wants of whoever asks the questions of a practice interview, instead of answering. */
export type InterviewRequest =
  | 'repeat'
  /** Time to think. */
  | 'moment'
  | 'other-question'
  /** How they did, or whether it was right. */
  | 'marks'
  /** They said already what the feedback missed. */
  | 'said-it';

const polite =
  '(?:please |pls |ok |okay |hm |but |and |so |can you |could you |can i |could i |may i )*';
const phrases: readonly (readonly [InterviewRequest, string])[] = [
  [
    'repeat',
    '(?:repeat|ask|say|show)(?: me)?(?: (?:the|that|this) question| that| it| this)?(?: again| once more)?|again|once more|what (?:was|is) the question(?: again)?|yes|ok|okay|sure|ready|im ready|go|go on|continue|lets go|start',
  ],
  [
    'moment',
    '(?:wait|one moment|just a moment|a moment|one second|just a second|hold on|hang on|let me think|give me (?:a|one) (?:minute|moment|second)|(?:i )?need (?:a|one|some) (?:minute|moment|second|time)(?: to think)?|have (?:a|one) (?:minute|moment)|thinking)(?: about (?:it|that))?',
  ],
  [
    'other-question',
    '(?:get |have |ask |ask me |give me )?(?:an)?(?:other|a different|different|the next|next|a new|new)(?: question| one)|(?:change|swap) the question',
  ],
  [
    'marks',
    'how (?:did|am|was) (?:i|it|that|my answer)(?: do| doing| going)?(?: so far)?|(?:was|is) (?:that|it|this|my answer)(?: answer)? (?:good|ok|okay|right|correct|fine|enough|bad|wrong)|did i (?:pass|fail|do (?:well|ok|good|it right))|(?:what is|whats) my (?:score|grade|mark)|(?:rate|grade|score) (?:me|my answer|that|it)',
  ],
  [
    'said-it',
    'i (?:already |just |did |clearly )*(?:said|say|told|mentioned|mention|wrote|covered)(?: you)? ?(?:that|this|it|so|exactly that|all of that)?(?: already| before| in my answer)?',
  ],
];
const patterns = phrases.map(
  ([request, words]) =>
    [request, new RegExp(`^${polite}(?:${words})(?: please| pls| thanks)?$`)] as const,
);

/** What a whole message asks of the interviewer; `undefined` for an answer and for anything else. */
export function readInterviewRequest(text: string): InterviewRequest | undefined {
  const words = bareWords(text);
  return words === '' ? undefined : patterns.find(([, pattern]) => pattern.test(words))?.[0];
}
