import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { builtInArticles } from '#composition/knowledge-sources.ts';
import { readOtherQuestions } from '#composition/meaning.ts';
import { chunkArticle } from '#ingestion/chunk-article.ts';
import { readArticles } from '#ingestion/read-articles.ts';
import { splitSentences } from '#language/sentences.ts';
import {
  readStoredWordVectors,
  storeWordVectors,
  wordVectorsFile,
} from '#language/word-vectors.ts';
import { wordsOf } from '#language/words.ts';
import { createRandom } from '#random.ts';
import { trainWordVectors, type WordVectorTable } from './train.ts';

const { values } = parseArgs({
  options: {
    knowledge: { type: 'string', default: 'knowledge' },
    base: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
});
/** So many of the commonest words of general English are known beside those of the articles. */
const commonWords = 40_000;

const { articles } = await readArticles(
  builtInArticles({ knowledgeDirectory: values.knowledge }).source,
);
const now = new Date(0);
/** What the articles do not answer must come to lie apart from what they do. */
const others = readOtherQuestions(values.knowledge).map((question) => ({
  questions: [question],
  sentences: [],
}));
const passages = articles
  .flatMap((article) => chunkArticle(article, { now, collection: '', contentHash: '' }))
  .map(({ title, section, content, questions }) => ({
    questions: [section, ...questions],
    sentences: [...content.split('\n').flatMap(splitSentences), `${section} ${title} ${content}`],
  }));
const texts = passages.flatMap(({ questions }) => questions.map((text) => new Set(wordsOf(text))));
const frequencies = new Map<string, number>();
for (const text of texts)
  for (const word of text) frequencies.set(word, (frequencies.get(word) ?? 0) + 1);

const table = values.base === undefined ? stored() : fromBase(values.base);
const trained = trainWordVectors(table, [...passages, ...others], {
  random: createRandom(Number(values.seed)),
  onEpoch: (epoch, loss) => process.stdout.write(`epoch ${epoch}: loss ${loss.toFixed(2)}\n`),
});
writeFileSync(wordVectorsFile, storeWordVectors(trained.words, trained.dimensions, trained.values));
process.stdout.write(
  `${passages.length} passages, ${texts.length} questions: ${wordVectorsFile.pathname}\n`,
);

/** The vectors as they are, which go on from there. */
function stored(): WordVectorTable {
  const { words, dimensions, rows, factors } = readStoredWordVectors(wordVectorsFile);
  const unpacked = Float32Array.from(
    rows,
    (value, at) => value * (factors[Math.floor(at / dimensions)] ?? 0),
  );
  return { words, dimensions, values: unpacked };
}

/** General vectors, each as long as its word is rare among the questions: inverse document frequency. */
function fromBase(path: string): WordVectorTable {
  const { vectors, dimensions } = JSON.parse(readFileSync(path, 'utf8')) as {
    readonly vectors: Readonly<Record<string, readonly number[]>>;
    readonly dimensions: number;
  };
  const ofArticles = new Set(
    passages.flatMap(({ questions, sentences }) => [...questions, ...sentences]).flatMap(wordsOf),
  );
  const words = Object.keys(vectors)
    .filter((word) => wordsOf(word)[0] === word)
    .filter((word, rank) => rank < commonWords || ofArticles.has(word));
  for (const [word, count] of frequencies)
    if (count > 1 && vectors[word] === undefined) words.push(word);
  const bare = words.map((word) => vectors[word]?.slice(0, dimensions) ?? []);
  const meanLength = bare.reduce((sum, row) => sum + Math.hypot(...row), 0) / words.length;
  const values = new Float32Array(words.length * dimensions);
  for (const [position, row] of bare.entries()) {
    const rarity = Math.log(1 + texts.length / (1 + (frequencies.get(words[position] ?? '') ?? 0)));
    values.set(
      row.map((value) => (value * rarity) / meanLength),
      position * dimensions,
    );
  }
  return { words, dimensions, values };
}
