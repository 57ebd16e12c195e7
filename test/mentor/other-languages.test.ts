import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readOtherLanguages } from '#mentor/other-languages.ts';

const languages = readOtherLanguages(`${import.meta.dirname}/../../knowledge`);

const searched: Readonly<Record<string, string>> = {
  '¿Cómo me convierto en ingeniero de datos?': 'become engineer data',
  'Wie werde ich KI-Ingenieurin?': 'become ai engineer',
  'Comment devenir développeuse sans diplôme ?': 'become developer degree',
  'Como virar cientista de dados?': 'become scientist data',
  'Come si diventa analista?': 'become analyst',
  'Jak zostać programistą?': 'become developer',
  'Как стать аналитиком данных?': 'become analyst data',
  '如何成为数据科学家？': 'become data scientist',
  RAGとは何ですか: 'rag what is',
  'comment devenir data scientist ?': 'become data scientist',
  'comment devenir ingenieur ia sans diplome': 'become engineer ai degree',
  'brauche ich ein studium fuer ki?': 'degree ai',
  'como ser cientifico de datos?': 'become scientist data',
  'como me preparar para uma entrevista tecnica?': 'prepare technical interview',
  'interview ki taiyari kaise kare?': 'interview preparation how',
  'how do I become ingeniero de datos?': 'how do i become engineer data',
  'je veux become a data scientist, where do I start?': 'become data scientist where do i start',
  'क्या मुझे डिग्री चाहिए': 'degree need',
};
for (const [question, words] of Object.entries(searched))
  test(`“${question}” is looked for by English words`, () => {
    assert.equal(languages.searchTextOf(question), words);
  });

test('names and technical terms stay, and so does what the glossary lacks: it may be what is asked', () => {
  assert.equal(
    languages.searchTextOf('¿Qué es Kubernetes y cómo lo aprendo?'),
    'what is kubernetes learn',
  );
  assert.equal(
    languages.searchTextOf('¿Cómo me convierto en panadero o panadera?'),
    'become panadero panadera',
  );
});

test('an English question stays what it is', () => {
  for (const question of ['How do I become a data engineer?', 'what is RAG', 'mlops vs devops', ''])
    assert.equal(languages.searchTextOf(question), undefined, question);
});

test('a question in a language that is not known stays what it is', () => {
  assert.equal(languages.searchTextOf('Πώς γίνομαι μηχανικός λογισμικού;'), undefined);
});

test('whoever asks in another language reads in it why the answer is in English', () => {
  assert.match(languages.noticeOfEnglish('¿Cómo aprendo SQL?') ?? '', /^Mis artículos/);
  assert.match(languages.noticeOfEnglish('如何成为数据科学家？') ?? '', /^我的文章/);
  assert.match(languages.noticeOfEnglish('comment devenir data scientist') ?? '', /anglais/);
  assert.equal(languages.noticeOfEnglish('How do I learn SQL?'), undefined);
  assert.equal(languages.noticeOfEnglish('how do I become ingeniero de datos?'), undefined);
});
