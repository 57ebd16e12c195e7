import type { Stage } from '#mentor/answer.ts';

/** Every fixed sentence the bot says, in the mentor's tone: plain, warm, brief; no flattery, no emoji, no guarantees. */
export const texts = {
  greeting: (articleCount: number) =>
    [
      'Hello, I am Career Mentor, an AI. I help with careers in AI and software engineering: where to start, what to learn, how to apply.',
      `My answers come from ${articleCount} articles and name their sources.`,
    ].join(' '),
  greetingPrivacy:
    'I keep our conversation and what you tell me about yourself, so that advice fits you; write "forget me" and it is gone.',
  greetingInvitation:
    'Ask me anything, or say hello and I will ask a few questions about you first.',
  greetingKnown:
    'I still have your profile; write "profile" to see it. What would you like to know?',

  help: 'Ask me anything about careers in AI and software engineering, in your own words. You can also write:',
  helloAgain: [
    'Hello again. I have your profile, so just ask; "profile" shows what I know.',
    'Hello. I still know what you told me about yourself. What shall I look up?',
    'Good to see you again. Where shall we go on?',
  ],
  emojiOnly: [
    'I see that. If you put it into a few words, I can help better.',
    'I can only guess what that means. What happened?',
    'Tell me in a word or two what it is about, and I go from there.',
  ],

  empty: 'That message was empty. What would you like to know?',
  attachmentOnly:
    'I cannot read files here. Paste the part that matters as text, without names or secrets, and I will look at it.',
  attachmentIgnored: 'I cannot read the attached file, so I answered your words alone.',
  /** Shown by a card from the press of its button until the answer comes. */
  cardReceived: 'Received.',
  oldCard: 'That button belongs to something that is over. Just write what you need.',
  couldNotContinue:
    'I was updated in the meantime and lost our place in that part, so let us go on from here.',
  onlyOneToOne:
    'That is personal, so I only show it when the two of us talk alone. Please write to me in a direct message.',
  tryAgain: 'Try again',
  /** To somebody who waits behind many others. */
  oneMoment: 'Many people are asking just now, so this will take a moment. Your answer comes.',
  /** To somebody whose message could not be answered, after many tries. */
  gaveUp: 'I am sorry, I could not answer your last message. Please send it once more.',
  errorWithId: (sentence: string, id: string) => `${sentence} (reference ${id})`,

  profileOffer:
    'If you tell me a little about yourself, my answers can fit you better: six short questions, each can be skipped.',
  profileOfferYes: 'Tell you about me',
  profileOfferNo: 'Not now',
  profileIntro:
    'A few short questions, so that what I say fits you. Skip any of them, or ask me something in between.',
  profileUnknown: 'I do not know anything about you yet.',
  whyIAsk:
    'I only ask so that advice fits your level, your direction and your time. You can skip anything, and "forget me" deletes it all.',
  formInvitation: 'Fill in as much as you like; empty fields are fine.',
  profileCheck: 'What did I get wrong?',
  profileCheckAgain: 'Shall I change something, or does it look right?',
  looksRight: 'Looks right',
  changeSomething: 'Change something',
  profileDone: 'Thank you, that helps. What would you like to know first?',
  whichField: 'Which part shall I change?',
  whichFieldAgain: 'I did not find that part. Pick one of these, or write "cancel".',
  skip: 'Skip',
  fillForm: 'Fill in a form',
  justAsk: 'Then ask away.',
  cancelled: 'Stopped. I kept nothing of these answers.',
  nothingToCancel: 'There is nothing to cancel. Ask me anything.',
  startedOver: 'Fine, from the start.',
  laidOff: 'I am sorry, that is hard. We can take this slowly.',

  noSourcesYet: 'I have not given you an answer with sources in this conversation yet.',
  noHistoryYet: 'You have not asked me anything yet.',
  exportReady: 'This is everything I keep about you.',
  exportFileName: (day: string) => `career-mentor-data-${day}.json`,

  deleteQuestion: (found: { profile: boolean; conversations: number; messages: number }) => {
    const parts = [
      ...(found.profile ? ['your profile'] : []),
      ...(found.conversations > 0
        ? [
            `${found.conversations} ${found.conversations === 1 ? 'conversation' : 'conversations'} with ${found.messages} ${found.messages === 1 ? 'message' : 'messages'}, your feedback included`,
          ]
        : []),
      'the record of what we wrote to each other',
      'anything half filled in',
    ];
    return `This deletes ${parts.join('; ')}. It cannot be undone. My technical logs hold none of your words. Shall I delete it?`;
  },
  deleteYes: 'Yes, delete it',
  deleteNo: 'No, keep it',
  deleted: (time: string) =>
    `Done: deleted at ${time}. Your window may show old lines until you reload it. Your next message starts fresh.`,
  notDeleted: 'Nothing was deleted.',
  deleteFailed:
    'Some of it could not be deleted just now. Please write "delete my data" again in a minute; what is already gone stays gone.',

  feedbackThanks: 'Thank you, noted.',
  feedbackUnknown: 'Thank you. I no longer have that answer, so I could not note it there.',
  noProfileOfTheYoung:
    'At your age I keep nothing about you, so there is no profile to fill in. Ask me whatever you want to know; I will explain it for somebody who is still at school.',
  feedbackReasonQuestion:
    'Thank you, noted. What was wrong with it? Whoever looks after me may read this question and answer, without your name.',
  feedbackReasonThanks: 'Thank you, that helps.',
  feedbackReasons: ['Not correct', 'Does not fit me', 'Too long', 'No source for it', 'Other'],

  becauseTitle: 'For you',
  nextStepTitle: 'Next step',
  sourcesTitle: 'Sources',
  followUpsTitle: 'You could ask next',
  writtenFromPassages: 'Put together from these articles; no language model wrote it.',
  writtenByModel: 'Written by a language model from these articles; check what matters to you.',
  partlyGrounded: 'Part of this is not in the articles; take that part as general advice.',
  pastReview: (numbers: readonly number[]) =>
    numbers.length === 1
      ? `Source ${numbers[0]} is past its review date; check what changes fast.`
      : `Sources ${numbers.join(', ')} are past their review dates; check what changes fast.`,
  claimFromModel: 'AI-generated; check the sources',
  claimFromPassages: 'Put together from articles',
  sourceWithoutTitle: (number: number) => `Source ${number}`,
  openArticle: 'Open the article',
} as const;

/** What the mentor is doing, as a person should read it. */
export function stageText(stage: Stage, articleCount: number): string {
  const sentences = {
    understanding: 'Reading your question ...',
    searching: `Searching ${articleCount} articles ...`,
    reading: 'Reading the best passages ...',
    writing: 'Writing ...',
    checking: 'Checking the sources ...',
  } as const satisfies Record<Stage, string>;
  return sentences[stage];
}
