/** The entities of a finished answer, with every key that a channel reads. */
export const answerEntities = [
  { type: 'streaminfo', streamId: 'a-1', streamType: 'final', streamSequence: 3 },
  {
    type: 'https://schema.org/Message',
    '@type': 'Message',
    '@context': 'https://schema.org',
    '@id': '',
    additionalType: ['AIGeneratedContent'],
    usageInfo: { '@type': 'CreativeWork', name: 'Confidential', description: 'For you' },
    citation: [
      {
        '@type': 'Claim',
        position: 1,
        appearance: {
          '@type': 'DigitalDocument',
          name: 'A guide',
          url: 'https://example.org/guide',
          abstract: 'What it says',
        },
      },
    ],
    potentialAction: [
      {
        '@type': 'LikeAction',
        '@id': '_:like-1',
        actionStatus: 'PotentialActionStatus',
        answerId: 'm-1',
      },
    ],
  },
];
