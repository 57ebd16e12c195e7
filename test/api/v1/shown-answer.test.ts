import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { HistoryPage } from '#api/v1/schemas/history.ts';
import { messageAnswer } from '#api/v1/schemas/message-answer.ts';
import type { AnswerQuestion } from '#mentor/answer.ts';
import { answer as answerOf, citation } from '#test/helpers/scripted-mentor.ts';
import { beginSession, startApi } from '#test/helpers/start-api.ts';

const root = '/api/v1/chat';

describe('an answer as clients show it', () => {
  it('says what the card says below an answer, at once, again and in the history', async () => {
    const notice = 'My answer was cut off.';
    const answerQuestion: AnswerQuestion = async function* cut() {
      yield { type: 'answer', answer: answerOf({ notice, writtenBy: 'model' }) };
    };
    const other = await startApi({ changes: { answerQuestion } });
    try {
      const sessionId = await beginSession(other);
      const question = {
        body: { sessionId, message: 'Hi' },
        headers: { 'idempotency-key': 'k' },
      };
      for (const _ of ['first', 'again']) {
        const response = await other.call('POST', `${root}/message`, question);
        const said = (await response.json()) as { notice: string };
        assert.match(said.notice, /^My answer was cut off\. Written by a language model/);
      }
      const response = await other.call('GET', `${root}/history/${sessionId}`);
      const { messages } = (await response.json()) as HistoryPage;
      assert.match(messages[1]?.notice ?? '', /^My answer was cut off\./);
    } finally {
      await other.close();
    }
  });

  it('is answered without links, images and addresses of a model’s own, wherever it is read', async () => {
    const text =
      'See ![x](https://evil.example/p.png) and [this](javascript:alert(1)) <img src=x> [1].';
    const answerQuestion: AnswerQuestion = async function* unsafe() {
      yield {
        type: 'answer',
        answer: answerOf({
          text,
          citations: [citation({ sourceUrl: 'javascript:alert(1)' })],
          nextSteps: ['Read [it](https://evil.example).'],
          followUps: ['What is ![x](https://evil.example)?'],
        }),
      };
    };
    const other = await startApi({ changes: { answerQuestion } });
    try {
      const sessionId = await beginSession(other);
      const asked = await other.call('POST', `${root}/message`, {
        body: { sessionId, message: 'Hi' },
      });
      const answer = messageAnswer.parse(await asked.json());
      assert.equal(answer.response, 'See x and this < img src=x> [1].');
      assert.equal(answer.citations[0]?.sourceUrl, '');
      const history = await (await other.call('GET', `${root}/history/${sessionId}`)).text();
      for (const body of [JSON.stringify(answer), history])
        assert.doesNotMatch(body, /evil\.example|javascript:|<img/);
    } finally {
      await other.close();
    }
  });
});
