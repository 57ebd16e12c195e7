import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { answerCardData, hasContent, markCited, quietLine } from '#bot/answer-card-data.ts';
import { answer, citation } from '#test/helpers/scripted-mentor.ts';

const options = { publicUrl: 'https://mentor.example', thumbs: true };

describe('the answer card', () => {
  it('marks the cited sentences where they stand, each once', () => {
    assert.deepEqual(markCited('A. B. C.', ['C.', 'B.', 'B.', 'not there', '']), [
      { text: 'A. ', cited: false },
      { text: 'B.', cited: true },
      { text: ' ', cited: false },
      { text: 'C.', cited: true },
    ]);
    assert.deepEqual(markCited('A.', ['A.']), [{ text: 'A.', cited: true }]);
    assert.deepEqual(markCited('', []), [{ text: ' ', cited: false }]);
  });

  it('says quietly what kind of answer it is', () => {
    assert.equal(
      quietLine(answer()),
      'Put together from these articles; no language model wrote it.',
    );
    assert.match(quietLine(answer({ writtenBy: 'model' })), /^Written by a language model/);
    assert.match(quietLine(answer({ state: 'partly-grounded' })), /not in the articles/);
    assert.equal(
      quietLine(answer({ state: 'degraded', notice: 'My model is not answering.' })),
      'My model is not answering.',
    );
    assert.match(
      quietLine(answer({ citations: [citation({ pastReview: true }), citation({ number: 2 })] })),
      /Source 1 is past its review date/,
    );
    assert.equal(quietLine(answer({ citations: [], writtenBy: 'fixed' })), '');
  });

  it('is empty for a fixed reply, thumbs included', () => {
    const fixed = answer({ citations: [], followUps: [], nextSteps: [], writtenBy: 'fixed' });
    assert.equal(hasContent(answerCardData(fixed, options)), false);
  });

  it('names kind and month of each source, and the section only where it says more than the title', () => {
    const sources = [
      citation({ documentType: 'faq', date: 'undated', section: 'From backend to AI engineer' }),
      citation({ number: 2, documentType: 'case_study' }),
    ];
    const data = answerCardData(answer({ citations: sources }), options);
    assert.deepEqual(
      data.sources.map(({ details, section }) => [details, section]),
      [
        ['FAQ, date unknown', ''],
        ['case study, reviewed 2026-11', 'What transfers'],
      ],
    );
  });

  it('tells two passages of one article apart by their headings', () => {
    const sources = [citation({}), citation({ number: 2, section: 'What is new?' })];
    const titles = answerCardData(answer({ citations: sources }), options).sources.map(
      ({ title }) => title,
    );
    assert.equal(titles[1], `${sources[1]?.title}: What is new?`);
    assert.notEqual(titles[0], titles[1]);
  });
});
