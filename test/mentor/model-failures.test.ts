import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { MentorError } from '#errors.ts';
import { fixedReplies } from '#mentor/fixed-replies.ts';
import { createSqliteKnowledgeIndex } from '#services/knowledge-index/sqlite.ts';
import { createAzureOpenAiModel } from '#services/model/azure-openai.ts';
import { withResilience } from '#services/model/with-resilience.ts';
import {
  type AzureOpenAiServer,
  filteredPrompt,
  startAzureOpenAiServer,
} from '#test/helpers/azure-openai-server.ts';
import type { ChatReply } from '#test/helpers/openai-server.ts';
import { openTemporaryStore } from '#test/services/database/temporary-database.ts';
import { askMentor, publishSamples } from './sample-mentor.ts';

const asked = 'How many questions does an evaluation set need?';
const claim = 'An evaluation set of fifty questions catches most regressions';
const { modelDown, withheld } = fixedReplies;

interface Case {
  readonly name: string;
  readonly reply: ChatReply;
  readonly notice: string;
  /** What the operator's line names. */
  readonly operator: RegExp;
  readonly calls: number;
  readonly deployment?: string;
  readonly apiKey?: string;
}

const endpoint = /AZURE_OPENAI_ENDPOINT/;
const deploymentSetting = /AZURE_OPENAI_DEPLOYMENT/;
const fine: ChatReply = { pieces: [`${claim} [1].`] };

/** Every way in which the model can fail, with what is told to whom, and how often it is asked. */
const cases: readonly Case[] = [
  {
    name: 'a wrong key (401)',
    apiKey: 'wrong',
    reply: fine,
    notice: modelDown,
    operator: /AZURE_OPENAI_API_KEY/,
    calls: 1,
  },
  {
    name: 'a network rule (403)',
    reply: { status: 403, message: 'Access denied due to Virtual Network/Firewall rules.' },
    notice: modelDown,
    operator: /AZURE_OPENAI_API_KEY.*network rules/,
    calls: 1,
  },
  {
    name: 'a deployment that is not there (404)',
    deployment: 'gpt-9',
    reply: fine,
    notice: modelDown,
    operator: deploymentSetting,
    calls: 1,
  },
  {
    name: 'a server that gave up waiting (408)',
    reply: { status: 408 },
    notice: modelDown,
    operator: endpoint,
    calls: 3,
  },
  {
    name: 'a prompt that is too large (413)',
    reply: { status: 413 },
    notice: modelDown,
    operator: /OPENAI_CONTEXT_TOKENS/,
    calls: 1,
  },
  {
    name: 'too many calls without a wait (429)',
    reply: { status: 429 },
    notice: modelDown,
    operator: /quota.*AZURE_OPENAI_DEPLOYMENT/,
    calls: 3,
  },
  {
    name: 'too many calls with a short wait (429)',
    reply: { status: 429, headers: { 'retry-after-ms': '2' } },
    notice: modelDown,
    operator: deploymentSetting,
    calls: 3,
  },
  {
    name: 'too many calls with a long wait (429)',
    reply: { status: 429, headers: { 'retry-after': '60' } },
    notice: modelDown,
    operator: deploymentSetting,
    calls: 1,
  },
  {
    name: 'an error of the server (500)',
    reply: { status: 500 },
    notice: modelDown,
    operator: endpoint,
    calls: 3,
  },
  {
    name: 'a server under maintenance (503)',
    reply: { status: 503 },
    notice: modelDown,
    operator: endpoint,
    calls: 3,
  },
  { name: 'silence', reply: 'silent', notice: modelDown, operator: /silent for/, calls: 1 },
  {
    name: 'silence in the middle',
    reply: { pieces: ['Half an '], ending: 'silent' },
    notice: modelDown,
    operator: /silent for/,
    calls: 1,
  },
  {
    name: 'a connection cut before the first word',
    reply: 'cut',
    notice: modelDown,
    operator: endpoint,
    calls: 3,
  },
  {
    name: 'a connection cut in the middle',
    reply: { pieces: ['Half an '], ending: 'cut' },
    notice: modelDown,
    operator: endpoint,
    calls: 1,
  },
  {
    name: 'a stream that just ends',
    reply: { pieces: ['Half an '], ending: 'closed-early' },
    notice: modelDown,
    operator: endpoint,
    calls: 1,
  },
  {
    name: 'an error inside the stream',
    reply: { pieces: ['Half an '], ending: 'error-event' },
    notice: modelDown,
    operator: endpoint,
    calls: 1,
  },
  {
    name: 'an empty completion',
    reply: { pieces: [] },
    notice: modelDown,
    operator: /without a word; check AZURE_OPENAI_DEPLOYMENT/,
    calls: 1,
  },
  {
    name: 'a filter that stops the prompt',
    reply: filteredPrompt,
    notice: withheld,
    operator: /content filter \(jailbreak, violence\)/,
    calls: 1,
  },
  {
    name: 'a filter that stops the answer',
    reply: {
      pieces: ['Half an '],
      finishReason: 'content_filter',
      filtered: { hate: { filtered: true, severity: 'high' } },
    },
    notice: withheld,
    operator: /content filter \(hate\)/,
    calls: 1,
  },
];

describe('when the language model fails', () => {
  const { store: index, close } = openTemporaryStore(createSqliteKnowledgeIndex);
  let server: AzureOpenAiServer;
  before(async () => {
    server = await startAzureOpenAiServer();
    await publishSamples(index);
  });
  after(async () => {
    await server.close();
    await close();
  });
  beforeEach(() => server.reset());

  async function ask({ apiKey = server.apiKey, deployment = 'gpt-4o' }: Partial<Case> = {}) {
    const failures: MentorError[] = [];
    const model = withResilience(
      createAzureOpenAiModel({
        endpoint: server.endpoint,
        apiVersion: server.apiVersion,
        access: { apiKey },
        deployment,
        contextTokens: 16_000,
        timeoutMs: 5_000,
      }),
      { firstRetryMs: 1, silenceMs: 1_000 },
    );
    const onFailure = (_part: string, error: MentorError) => void failures.push(error);
    return { ...(await askMentor(index, asked, { model, onFailure })), failures };
  }

  for (const each of cases)
    test(`by ${each.name}: the passages answer, the person reads why, the operator what to look at`, async () => {
      server.chatWith(each.reply, each.reply, each.reply);
      const { answer, shown, failures } = await ask(each);
      assert.equal(answer.state, 'degraded');
      assert.equal(answer.writtenBy, 'passages');
      assert.equal(answer.notice, each.notice);
      assert.ok(answer.text.startsWith(claim), answer.text);
      assert.equal(shown, answer.text, 'nothing of the broken answer is left');
      assert.ok(answer.citations.length > 0);
      assert.equal(failures.length, 1);
      assert.equal(failures[0]?.code, 'model-unavailable');
      assert.match(failures[0]?.message ?? '', each.operator);
      assert.equal(server.journal.length, each.calls);
    });

  test('a stumble before the first word is not noticed by anybody', async () => {
    server.chatWith({ status: 503 }, fine);
    const { answer, failures } = await ask();
    assert.equal(answer.state, 'grounded');
    assert.equal(answer.writtenBy, 'model');
    assert.deepEqual(failures, []);
  });

  test('an answer that ran into its limit is shown, and says so', async () => {
    server.chatWith({ pieces: [`${claim} [1].`], finishReason: 'length' });
    const { answer } = await ask();
    assert.equal(answer.notice, fixedReplies.cutShort);
    assert.equal(answer.writtenBy, 'model');
  });

  test('[9] where there are fewer passages never reaches the person', async () => {
    server.chatWith({ pieces: [`${claim} [1]. So`, ' it is [', '9', '].'] });
    const { answer, shown } = await ask();
    assert.doesNotMatch(shown, /9/);
    assert.deepEqual(
      answer.citations.map(({ number }) => number),
      [1],
    );
  });
});
