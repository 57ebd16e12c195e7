import { createCareerMentorClient } from './career-mentor-client.ts';
import { ProblemError } from './transport.ts';

/** Asks one question and shows the answer as it is being written: `node clients/typescript/example.ts "your question"`. */
const question = process.argv[2] ?? 'How do I get from backend work into AI engineering?';
const token = process.env['CAREER_MENTOR_TOKEN'];
const mentor = createCareerMentorClient({
  baseUrl: process.env['CAREER_MENTOR_URL'] ?? 'http://127.0.0.1:3978',
  ...(token === undefined ? {} : { token }),
});

try {
  const { sessionId } = await mentor.createSession({ userContext: { experienceLevel: 'mid' } });
  for await (const event of mentor.streamMessage({ sessionId, message: question })) {
    if (event.event === 'text-delta') process.stdout.write(event.data.text);
    // Another model begins again: a page would empty the answer here.
    if (event.event === 'text-reset') process.stdout.write('\n\n');
    if (event.event === 'answer') {
      for (const { number, title, sourceUrl } of event.data.citations)
        process.stdout.write(`\n[${number}] ${title}: ${sourceUrl}`);
      if (event.data.notice !== undefined) process.stdout.write(`\n${event.data.notice}`);
    }
    if (event.event === 'error') process.stdout.write(event.data.title);
  }
  process.stdout.write('\n');
  await mentor.deleteSession({ sessionId });
} catch (error) {
  if (!(error instanceof ProblemError)) throw error;
  process.stderr.write(`${error.message} (${error.problem.code}, ${error.problem.requestId})\n`);
  process.exitCode = 1;
}
