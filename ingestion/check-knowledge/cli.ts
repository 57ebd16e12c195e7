import { readFileSync } from 'node:fs';
import { builtInArticles } from '#composition/knowledge-sources.ts';
import { readArticles } from '#ingestion/read-articles.ts';
import { readInterviewQuestions } from '#mentor/interview-questions.ts';
import { checkArticles, type KnowledgeFinding } from './check-articles.ts';
import { checkInterviewQuestions } from './check-interview-questions.ts';
import { checkTaxonomy, taxonomyFileSchema } from './check-taxonomy.ts';

const [folder = 'knowledge'] = process.argv.slice(2);
const { articles, problems } = await readArticles(
  builtInArticles({ knowledgeDirectory: folder }).source,
);
const taxonomyFile = `${folder}/taxonomy.json`;
const taxonomy = taxonomyFileSchema.parse(JSON.parse(readFileSync(taxonomyFile, 'utf8')));
const interviewQuestions = readInterviewQuestions(folder);
const checked = checkArticles(articles, new Date().toISOString().slice(0, 10));
const findings = [
  ...problems.map(({ file, line, message }) => ({
    file: line === undefined ? file : `${file}:${line}`,
    message,
  })),
  ...checked.problems,
  ...checkTaxonomy(taxonomy, articles, taxonomyFile),
  ...checkInterviewQuestions(interviewQuestions, articles, {
    roles: taxonomy.roles.map(({ id }) => id),
    file: `${folder}/interview-questions.json`,
  }),
];
for (const finding of findings) print(finding);
for (const finding of checked.pastReview) print(finding);
process.stdout.write(
  `${articles.length} articles, ${taxonomy.skills.length} skills, ${interviewQuestions.length} interview questions: ${findings.length} problems, ${checked.pastReview.length} past their review\n`,
);
process.exitCode = findings.length === 0 ? 0 : 1;

function print({ file, message }: KnowledgeFinding): void {
  process.stdout.write(`${file}  ${message}\n`);
}
