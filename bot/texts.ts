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
  whyIAskThis: (reason: string) => `${reason} You can skip it, and "forget me" deletes it all.`,
  formInvitation: 'Fill in as much as you like; empty fields are fine.',
  profileCheck: 'What did I get wrong?',
  /** Whoever would rather not say has said enough. */
  leftOut: [
    'Fair enough, we leave that out.',
    'That is all right; you need not say.',
    'No problem, then without it.',
  ],
  /** After several answers that could not be read. */
  leftOpen: 'I do not get it, and that is my fault. We leave it open; you can add it at the end.',
  keptFriendly:
    'I would rather keep this friendly. Nothing here is needed: "skip" leaves a question out, "stop" ends them.',
  questionOf: (number: number, all: number) =>
    number === all
      ? 'This is the last one, and you can skip it.'
      : `This is question ${number} of ${all}. "Skip" leaves one out, "that's enough" ends them here.`,
  noMoreQuestions: 'There are no more of them; this only makes sure that I got it right.',
  whatIsKept:
    'What you answer is kept by whoever runs this chat, so that my advice fits you; nobody else who uses it sees it. "Profile" shows it, "delete my data" deletes it, and you can leave out whatever you would rather not have kept.',
  correctAtTheEnd: 'At the end I show what I understood, and you can change any of it there.',
  notAtAll: 'You are welcome.',
  profileCheckAgain: 'Shall I change something, or does it look right?',
  looksRight: 'Looks right',
  changeSomething: 'Change something',
  profileDone: 'Thank you, that helps. What would you like to know first?',
  whichField: 'Which part shall I change?',
  whichFieldAgain: 'I did not find that part. Pick one of these, or write "cancel".',
  skip: 'Skip',
  fillForm: 'Fill in a form',
  justAsk: 'Then ask away.',
  cancelled: 'Stopped. I kept nothing of these answers. Ask me anything.',
  putOff:
    'Of course, any time: write "about me" when it suits you. I kept nothing of these answers. Until then just ask me what you want to know.',
  questionsCanWait: 'My questions can wait; I kept nothing of your answers.',
  profileStays:
    'All right, it stays as I showed it; "edit profile" changes it. What would you like to know?',
  nothingToCancel:
    'There is nothing to cancel. We can take up whatever you like; what would you like to know?',
  startedOver: 'Fine, from the start.',
  laidOff: 'I am sorry, that is hard. We can take this slowly.',

  roadmapWhichRole: 'Which role shall it lead to?',
  roadmapRoleAgain: (names: readonly string[]) =>
    `I have no roadmap for that. I have one for each of these: ${names.join(', ')}. Or write "not sure".`,
  roadmapWhyRole: 'Each role asks for other skills, so what comes first depends on the role.',
  roadmapUndecided:
    'That is fine. A roadmap can wait until you know where it should lead; these questions help to decide.',
  roadmapCancelled: 'Stopped. Write "roadmap" whenever you want it.',
  roadmapStages: { now: 'Now', next: 'Next', later: 'Later' },
  roadmapLevels: { junior: 'junior level', mid: 'mid level', senior: 'senior level' },
  roadmapWeights: { core: 'core of the role', imp: 'important', nice: 'good to have' },
  roadmapSkillLevel: (level: string, levelNow: string | undefined) =>
    levelNow === undefined ? `to ${level} level` : `from ${levelNow} to ${level} level`,
  roadmapNeededFor: (skill: string) => `needed for ${skill}`,
  roadmapHours: (hours: number) => `${hours} ${hours === 1 ? 'hour' : 'hours'} a week`,
  roadmapBecause: (facts: readonly string[]) => `Because you told me: ${facts.join('; ')}.`,
  roadmapNothingTold: 'You have told me nothing of your skills, so it begins at the start.',
  roadmapNoneFound:
    'I found none of its skills in what you told me, so it begins at the start; "edit profile" tells me more.',
  roadmapProfileUnread:
    'I cannot look at your profile just now, so it begins at the start. Ask again in a minute for yours.',
  roadmapOneAtATime: 'Your time is short, so it is one thing at a time.',
  roadmapGoesOn: (level: string) =>
    `You have what the role asks for at your level, so it leads on to ${level}.`,
  roadmapNothingLeft: (level: string) =>
    `You have all that the role asks for at ${level}, so nothing is left to learn for it. If that is too kind, "edit profile" corrects me.`,
  roadmapAndMore: 'and more',
  roadmapAskNext: (question: string) => `ask me "${question}"`,
  roadmapMadeOf:
    'Which skills, in which order and how well is our own judgement of the role; the articles say more. No language model wrote it.',
  roadmapEditProfile: 'Change my profile',
  roadmapAnotherRole: 'Another role',
  roadmapOfAnotherRole: 'roadmap for another role',

  stop: 'Stop',
  interviewWhichRole:
    'Which role shall I ask for? "Not sure" gives questions that every role is asked.',
  interviewRoleAgain:
    'I have no questions for that role. Pick one of these, or name one that comes near; "not sure" works for all.',
  interviewWhyRole: 'Each role is asked other things, so I pick the questions by it.',
  interviewIntro: (count: number, role: string | undefined) =>
    [
      role === undefined
        ? `Let us practice: ${count} questions that any role may be asked.`
        : `Let us practice: ${count} questions, as for the role ${role}.`,
      'Answer in your own words, as you would say it. After each I tell you which points of a good answer I found and which it could add, with their sources. Where you would ask something back, say what you would ask, and go on with what you assume.',
      'There are no marks, and I keep none of your answers. "Skip" leaves one out, "stop" ends it.',
    ].join('\n\n'),
  interviewQuestion: (number: number, count: number, asks: string) =>
    `Question ${number} of ${count}\n\n${asks}`,
  /** Before the same question once more: what came was hardly an answer. */
  interviewAgain: {
    'too-short': 'That is very short to go by. Two or three sentences are enough.',
    aside:
      'I cannot connect that with the question yet. Say in two or three sentences how you would answer it, or write "skip".',
    order:
      'I go by what an answer says, so I cannot put that in for you. What would you tell the interviewer?',
    'other-language':
      'I can only compare English with my articles. Try it in English, in simple words; grammar does not matter here. Or write "skip".',
  },
  interviewWhy:
    'Interviewers ask this, and here it costs nothing to try. You can skip it, and I keep none of your answers.',
  interviewLength: 'A round is short, three questions at most; "stop" ends it at any time.',
  interviewPrivacy:
    'Of your answers here I keep nothing: I read them for the points, and only which points they touched stays until the round is over.',
  interviewDoubt:
    'I may well have missed something: I look for what my articles name, and you know your own story better. Take what helps.',
  interviewMoment: 'Take your time. Write your answer when you have it.',
  interviewNoMarks:
    'There are no marks here. The points say what I found and what could be added; at the end I sum it up.',
  interviewStopped:
    'Stopped. I kept none of your answers; write "interview" whenever you like to practice again.',
  interviewCanWait: 'The practice can wait; write "interview" whenever you feel like it.',
  interviewNothing: 'I have no articles for that just now, so there is nothing to practice with.',
  interviewLater: 'The practice ends here; "interview" begins a new round.',
  /** Stands in the transcript for an answer. */
  interviewWordsNotKept: '(an answer in a practice interview, whose words are not kept)',

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
  whyConfirm: 'I ask because nobody can bring it back, and a message is sent by mistake easily.',
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
