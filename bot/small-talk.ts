import { bareWords } from './normalise-text.ts';

export type SmallTalk =
  | 'greeting'
  | 'thanks'
  | 'goodbye'
  | 'agreed'
  | 'not-now'
  | 'emoji'
  | 'is-it-human';

const phrases: readonly (readonly [SmallTalk, RegExp])[] = [
  [
    'greeting',
    /^(h+i+|he+y+|hel+o+|hal+o+|hiya|howdy|yo|hola|bonjour|ciao|namaste|good (morning|afternoon|evening|day)|greetings)( there| again| mentor| career mentor| bot| all)?$/,
  ],
  [
    'thanks',
    /^(ok |great |many |perfect )?(thanks?|thank you|thx|ty|cheers|merci|gracias|danke|tysm)( so much| a lot| very much| again| mentor)?( that helps| great| bye)?$/,
  ],
  [
    'goodbye',
    /^(good ?)?(bye|bye bye|cya|see you|see you later|good night|ciao ciao|adios|later|tschüss)$/,
  ],
  [
    'agreed',
    /^(o?k+|okay|okey|oki|alright|all right|got it|cool|nice|great|good|perfect|fine|sure|yes|yep|yeah|understood|makes sense|sounds good|i see|will do)$/,
  ],
  ['not-now', /^(not now|no|nope|no thanks|no thank you|maybe later|not today)$/],
  [
    'is-it-human',
    /^(are you (a |an )?(human|person|real person|real|bot|robot|ai|chatbot|chatgpt|machine)|who are you|what are you|am i talking to (a |an )?(human|person|bot|ai|robot))$/,
  ],
];

/** What a short message means where it is talk rather than a question; `undefined` sends it to the mentor. */
export function readSmallTalk(text: string): SmallTalk | undefined {
  if (
    text !== '' &&
    /^[\p{Extended_Pictographic}\p{Emoji_Component}\s]+$/u.test(text) &&
    !/\d/.test(text)
  ) {
    return 'emoji';
  }
  const words = bareWords(text);
  for (const [kind, pattern] of phrases) if (pattern.test(words)) return kind;
  return undefined;
}
