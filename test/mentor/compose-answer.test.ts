import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MentorError } from '#errors.ts';
import { becauseYouSaid, groundText } from '#mentor/compose-answer.ts';
import { fixedReplies } from '#mentor/fixed-replies.ts';
import type { RetrievedPassage } from '#mentor/retrieve-passages.ts';
import { verifyCitations } from '#mentor/verify-citations.ts';
import type { Profile } from '#services/profiles/port.ts';
import { finishes, sampleRetrieved, says, scriptedModel } from './passage-samples.ts';

const { model } = scriptedModel([says('x'), finishes()]);
const wrote = { model, finishReason: 'stop' } as const;
const cited = [
  sampleRetrieved(1),
  sampleRetrieved(2, { content: 'Salaries in Berlin reached 70,000 euros in 2025.' }),
];
const supported = 'Evaluation sets of 50 questions catch most regressions [1].';
const invented = 'Salaries in Berlin reached 95,000 euros in 2025 [2].';
const mark = fixedReplies.unsupportedMark;

function ground(
  text: string,
  passages: readonly RetrievedPassage[],
  generated: Parameters<typeof groundText>[3],
) {
  const contents = new Map(passages.map(({ document }, index) => [index + 1, document.content]));
  return groundText(text, passages, verifyCitations(text, contents), generated);
}

test('an answer whose statements all stand in their sources is grounded', () => {
  const grounded = ground(supported, [sampleRetrieved(1)], wrote);
  assert.equal(grounded.state, 'grounded');
  assert.equal(grounded.text, supported);
  assert.equal(grounded.notice, undefined);
  assert.equal(grounded.confidence, 0.8);
  assert.deepEqual(grounded.citations[0]?.citedSentences, [
    'Evaluation sets of 50 questions catch most regressions.',
  ]);
});

test('each unsupported statement is marked once, in its place, and the answer says so', () => {
  const text = `${invented}\n\n- ${supported}\n- ${invented}`;
  const grounded = ground(text, cited, wrote);
  assert.equal(grounded.text, `${invented} ${mark}\n\n- ${supported}\n- ${invented} ${mark}`);
  assert.equal(grounded.state, 'partly-grounded');
  assert.equal(grounded.notice, fixedReplies.unsupported);
  assert.equal(grounded.confidence, 0.27);
});

test('a statement that contains an earlier one is marked behind itself', () => {
  const text = `${supported} And so: ${invented}`;
  assert.ok(ground(text, cited, wrote).text.endsWith(`${invented} ${mark}`));
});

test('an answer that names no source says so and has no confidence', () => {
  const grounded = ground('Just be yourself.', [], wrote);
  assert.equal(grounded.state, 'partly-grounded');
  assert.equal(grounded.notice, fixedReplies.noCitation);
  assert.equal(grounded.confidence, 0);
});

test('an answer of the fallback is degraded and says why', () => {
  const failure = new MentorError('model-unavailable', 'down');
  const withheld = new MentorError('model-unavailable', 'no', {
    details: { reason: 'content-filter' },
  });
  assert.equal(ground(supported, cited, { ...wrote, failure }).state, 'degraded');
  assert.equal(ground(supported, cited, { ...wrote, failure }).notice, fixedReplies.modelDown);
  assert.equal(
    ground(supported, cited, { ...wrote, failure: withheld }).notice,
    fixedReplies.withheld,
  );
});

test('an answer that was cut at its length says so', () => {
  const grounded = ground(supported, cited, { ...wrote, finishReason: 'length' });
  assert.equal(grounded.notice, fixedReplies.cutShort);
});

test('an answer in another language is partly grounded and says what was checked', () => {
  const text = 'Las preguntas de evaluación encuentran casi todos los errores de su sistema [1].';
  const grounded = ground(text, cited, wrote);
  assert.equal(grounded.text, text);
  assert.equal(grounded.state, 'partly-grounded');
  assert.equal(grounded.notice, fixedReplies.notComparable);
});

const profile: Profile = {
  userId: 'ana',
  background: 'nursing',
  experienceLevel: 'junior',
  targetRole: 'data_analyst',
  careerGoals: [],
  specificInterests: [],
  updatedAt: '',
};
const roleName = (id: string) => (id === 'data_analyst' ? 'Data analyst' : undefined);

test('the profile is named only where it changed the order of the sources', () => {
  assert.equal(becauseYouSaid(profile, { shapedBy: [] }, roleName), undefined);
  assert.equal(becauseYouSaid(undefined, { shapedBy: ['level'] }, roleName), undefined);
  assert.equal(
    becauseYouSaid(profile, { shapedBy: ['level'] }, roleName),
    'Because you said you are at junior level, I put what fits that first.',
  );
  assert.equal(
    becauseYouSaid(profile, { shapedBy: ['level', 'role', 'background'] }, roleName),
    'Because you said your background is “nursing”, you are at junior level and you aim for Data analyst, I put what fits that first.',
  );
});

test('a role that the taxonomy no longer knows is not named', () => {
  const changed = { ...profile, targetRole: 'gone' };
  assert.equal(becauseYouSaid(changed, { shapedBy: ['role'] }, roleName), undefined);
});
