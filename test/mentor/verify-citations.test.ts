import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import {
  citedSentencesOf,
  createCitationFilter,
  supportFloor,
  verifyCitations,
} from '#mentor/verify-citations.ts';

/** The text as it comes out of the filter when it goes in as these pieces. */
function filtered(pieces: readonly string[], known: readonly number[] = [1, 2, 3]) {
  const filter = createCitationFilter(new Set(known));
  const shown = pieces.map((piece) => filter.push(piece));
  return { text: shown.join('') + filter.end(), order: [...filter.order], shown };
}

describe('the citation filter', () => {
  const texts: readonly (readonly [what: string, text: string, expected: string])[] = [
    ['numbers by first appearance', 'A [3]. B [1]. C [3].', 'A [1]. B [2]. C [1].'],
    ['drops what was not retrieved', 'A [9]. B [1][7]. C [0] d [123].', 'A. B [1]. C d.'],
    [
      'leaves no word behind that led to what was dropped',
      'A [1] and [9]. B or [8]! C (see [7]). D [1], [9] and [2].',
      'A [1]. B! C. D [1][2].',
    ],
    ['opens lists', 'A [1, 2] and B [3,9].', 'A [1][2] and B [3].'],
    ['opens ranges', 'A [1-3]. B [1–2].', 'A [1][2][3]. B [1][2].'],
    ['names each once', 'A [1, 1][1].', 'A [1].'],
    [
      'puts markers before the full stop',
      'It is so. [1] Next!" [2][3] End.[1]',
      'It is so [1]. Next [2][3]!" End [1].',
    ],
    [
      'keeps the stop of an abbreviation',
      'In the U.S. [1] it pays, etc. [2] more',
      'In the U.S. [1] it pays, etc. [2] more',
    ],
    [
      'keeps links with words',
      'See [the guide](https://a.example/x_[1]) now [1].',
      'See [the guide](https://a.example/x_[1]) now [1].',
    ],
    [
      'takes the address from a number',
      'A [1](https://evil.example/a). B [9](https://evil.example).',
      'A [1]. B.',
    ],
    [
      'keeps other brackets',
      'Use [x], [2024], [ ], [a 1] and arrays [] too [',
      'Use [x], [2024], [ ], [a 1] and arrays [] too [',
    ],
    [
      'keeps lists and lines',
      '- one [2]\n- two [1]\n\n1. three\n',
      '- one [1]\n- two [2]\n\n1. three\n',
    ],
    ['keeps spaces', 'a  b \n c   [1] d', 'a  b \n c   [1] d'],
  ];
  for (const [what, text, expected] of texts)
    test(`${what}, wherever the stream is cut`, () => {
      for (let size = 1; size <= text.length; size += 1) {
        const pieces = text.match(new RegExp(`[\\s\\S]{1,${size}}`, 'g')) ?? [];
        assert.equal(filtered(pieces).text, expected, `pieces of ${size}`);
      }
      for (let position = 1; position < text.length; position += 1)
        assert.equal(filtered([text.slice(0, position), text.slice(position)]).text, expected);
    });

  test('never shows a number that was not retrieved, not even for a moment', () => {
    const text = 'A [7] b [1, 8] c. [9](https://x.example) d [2].';
    const { shown } = filtered([...text]);
    for (let end = 1; end <= shown.length; end += 1)
      assert.doesNotMatch(shown.slice(0, end).join(''), /[789]/);
  });

  test('tells which passage each number stands for', () => {
    assert.deepEqual(filtered(['A [3]. B [1]. C [3][2].']).order, [3, 1, 2]);
  });

  test('holds back no more than the last word and the marker behind it', () => {
    const filter = createCitationFilter(new Set([1]));
    assert.equal(filter.push('A plain beginning of'), 'A plain beginning');
    assert.equal(filter.push(' words [1'), ' of');
    assert.equal(filter.push('] and more '), ' words [1] and');
    assert.equal(filter.end(), ' more ');
  });

  test('streams scripts that write no spaces letter by letter', () => {
    const { text, shown } = filtered([...'これは文です。[3]次の文です[1]。']);
    assert.equal(text, 'これは文です。[1]次の文です[2]。');
    assert.equal(shown.slice(0, 5).join(''), 'これは文');
  });
});

describe('the check of citations', () => {
  const passages = new Map([
    [
      1,
      'Evaluation sets of 50 questions catch most regressions. Teams in 2024 review them weekly.',
    ],
    [2, 'Salaries reached 120,000 dollars in Berlin.'],
  ]);
  const supports = (text: string) =>
    verifyCitations(text, passages).sentences.map((sentence) => sentence.support >= supportFloor);

  test('accepts what stands in the passage in other forms of its words', () => {
    assert.deepEqual(
      supports('An evaluation set of 50 questions catches the most regressions [1].'),
      [true],
    );
  });

  test('rejects another number than the passage has', () => {
    assert.deepEqual(supports('Evaluation sets of 80 questions catch most regressions [1].'), [
      false,
    ]);
    assert.deepEqual(supports('Teams in 2023 review them weekly [1].'), [false]);
  });

  test('rejects a comparison that was turned round', () => {
    const source = new Map([
      [1, 'Entry-level salaries rose in 2024, and demand for testers fell.'],
    ]);
    const holds = (text: string) => verifyCitations(text, source).unsupported.length === 0;
    assert.equal(holds('The entry-level salaries increased in 2024 [1].'), true);
    assert.equal(holds('The entry-level salaries decreased in 2024 [1].'), false);
    assert.equal(holds('The demand for testers rose in 2024 [1].'), false);
  });

  test('rejects a negation that the passage does not have', () => {
    const source = new Map([[1, 'A degree is required for this visa.']]);
    const holds = (text: string) => verifyCitations(text, source).unsupported.length === 0;
    assert.equal(holds('For this visa a degree is required [1].'), true);
    assert.equal(holds('For this visa a degree is not required [1].'), false);
  });

  test('reads numbers whatever their thousands look like', () => {
    assert.deepEqual(supports('The salaries reached 120000 dollars in Berlin [2].'), [true]);
  });

  test('takes several sources of one sentence together', () => {
    const text = 'With 50 evaluation questions the salaries reached 120,000 dollars [1][2].';
    assert.deepEqual(supports(text), [true]);
  });

  test('holds a sentence against its own sources alone', () => {
    assert.deepEqual(supports('The salaries reached 120,000 dollars in Berlin [1].'), [false]);
  });

  test('says nothing about sentences without a source', () => {
    const check = verifyCitations('Welcome to the journey. Salaries reached Berlin [2].', passages);
    assert.equal(check.supported.length, 1);
    assert.equal(check.unsupported.length, 0);
    assert.equal(check.sentences.length, 2);
  });

  test('a marker alone supports nothing', () => {
    assert.equal(verifyCitations('The and of it is [1].', passages).unsupported.length, 1);
  });

  test('of an answer in another language only the numbers are compared', () => {
    const answer =
      'Los conjuntos de 50 preguntas detectan casi todos los errores de un sistema [1]. Los salarios llegaron a 90 mil en Berlín [2].';
    const check = verifyCitations(answer, passages);
    assert.equal(check.isComparable, false);
    assert.equal(check.supported.length, 1);
    assert.equal(check.unsupported.length, 1);
  });

  test('the cited sentences are those that the answer rests on, word for word', () => {
    assert.deepEqual(
      citedSentencesOf(passages.get(1) ?? '', [
        'Evaluation sets of 50 questions catch most regressions [1].',
      ]),
      ['Evaluation sets of 50 questions catch most regressions.'],
    );
    assert.deepEqual(citedSentencesOf(passages.get(1) ?? '', []), []);
  });
});

const evaluationFolder =
  process.env['EVAL_DATA_DIR'] ?? `${import.meta.dirname}/../../../shared/eval`;
const claimsFile = `${evaluationFolder}/grounding/claims.jsonl`;

test('on public labelled claims the check tells supported from the rest, and from contradicted, better than word overlap', {
  skip: existsSync(claimsFile) ? false : `no labelled claims at ${claimsFile}`,
}, () => {
  const claims = readFileSync(claimsFile, 'utf8').trim().split('\n').map(readClaim);
  const supported = claims
    .filter((claim) => claim.label === 'supported')
    .map((claim) => claim.support);
  const rest = claims.filter((claim) => claim.label !== 'supported').map((claim) => claim.support);
  const silent = claims
    .filter((claim) => claim.label === 'not_enough_info')
    .map((claim) => claim.support);
  const contradicted = claims
    .filter((claim) => claim.label === 'contradicted')
    .map((claim) => claim.support);
  const balanced =
    (shareOf(supported, (support) => support >= supportFloor) +
      shareOf(rest, (support) => support < supportFloor)) /
    2;
  assert.ok(areaUnderCurve(supported, rest) > 0.79);
  assert.ok(areaUnderCurve(supported, contradicted) > 0.68);
  assert.ok(areaUnderCurve(supported, silent) > 0.85);
  assert.ok(balanced > 0.7);
  assert.ok(shareOf(supported, (support) => support >= supportFloor) > 0.78);
});

function readClaim(line: string): { label: string; support: number } {
  const { claim, passage_sentences, label } = JSON.parse(line) as {
    claim: string;
    passage_sentences: string[];
    label: string;
  };
  /** A single claim is no text of a language: it is judged as English, which the whole set is. */
  const text = `${claim.replace(/[.!?]*$/, '')} [1]. What is said here is of the one and the same study, and that is the claim.`;
  const [sentence] = verifyCitations(text, new Map([[1, passage_sentences.join(' ')]])).sentences;
  return { label, support: sentence?.support ?? 0 };
}

function shareOf(values: readonly number[], holds: (value: number) => boolean): number {
  return values.filter(holds).length / values.length;
}

/** How often a supported claim scores above another, ties counting half. */
function areaUnderCurve(above: readonly number[], below: readonly number[]): number {
  let wins = 0;
  for (const high of above)
    for (const low of below) wins += high > low ? 1 : high === low ? 0.5 : 0;
  return wins / (above.length * below.length);
}

describe('a source that was never given', () => {
  const passages = new Map([[1, 'Evaluation comes before building. Retrieval finds passages.']]);
  const check = (text: string, step = text.length) => {
    const filter = createCitationFilter(new Set([1]));
    let shown = '';
    for (let place = 0; place < text.length; place += step)
      shown += filter.push(text.slice(place, place + step));
    shown += filter.end();
    return verifyCitations(shown, passages, filter.invented);
  };

  test('leaves the sentence that names nothing else unsupported, however it streams', () => {
    for (const step of [1, 3, 1_000]) {
      const text =
        'Evaluation comes before building [1]. Retrieval earns more and [9]. Nothing here.';
      const { supported, unsupported } = check(text, step);
      assert.deepEqual(
        unsupported.map((sentence) => sentence.text),
        ['Retrieval earns more.'],
      );
      assert.deepEqual(
        supported.map((sentence) => sentence.text),
        ['Evaluation comes before building [1].'],
      );
    }
  });

  test('costs a sentence nothing that names a real one too', () => {
    const { supported, unsupported } = check('Retrieval finds passages [1] and [9].');
    assert.deepEqual([supported.length, unsupported.length], [1, 0]);
  });

  test('marks its sentence where the marker stands behind the full stop', () => {
    const { unsupported } = check(
      'Retrieval earns more. [9] Evaluation comes before building [1].',
    );
    assert.deepEqual(
      unsupported.map((sentence) => sentence.text),
      ['Retrieval earns more.'],
    );
  });
});
