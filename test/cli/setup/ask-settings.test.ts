import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { askSettings } from '#cli/setup/ask-settings.ts';
import type { Prompter } from '#cli/setup/prompter.ts';
import { serviceGroups } from '#cli/setup/questions.ts';

/** Somebody who answers by the words of a question, and presses Enter for everything else. */
function createPerson(answers: readonly (readonly [RegExp, string])[]) {
  const left = [...answers];
  const asked: { words: string; isSecret: boolean }[] = [];
  const told: string[] = [];
  const answer = (isSecret: boolean) => async (words: string) => {
    asked.push({ words, isSecret });
    if (asked.length > 100) throw new Error(`asked for ever: ${words}`);
    const position = left.findIndex(([pattern]) => pattern.test(words));
    return position < 0 ? '' : (left.splice(position, 1)[0]?.[1] ?? '');
  };
  const prompter: Prompter = {
    say: (text) => void told.push(text),
    ask: answer(false),
    askSecret: answer(true),
    close() {},
  };
  return { prompter, asked, told, left };
}

async function ask(
  answers: readonly (readonly [RegExp, string])[],
  current: Record<string, string> = {},
) {
  const person = createPerson(answers);
  const changes = Object.fromEntries(await askSettings(person.prompter, current));
  assert.deepEqual(person.left, [], 'every answer was asked for');
  return { ...person, changes };
}

describe('the questions of the setup', () => {
  it('are four for somebody who wants nothing special, and change nothing', async () => {
    const { asked, changes } = await ask([]);
    assert.equal(asked.length, 4);
    assert.deepEqual(changes, {});
  });

  it('ask for a server and its model, and for the length of vectors only with embeddings', async () => {
    const { asked, changes } = await ask([
      [/^1 to 3 \[1\]/, '2'],
      [/^Address of the server/, 'http://127.0.0.1:11434/v1'],
      [/^Model that writes/, 'llama3.1'],
    ]);
    assert.deepEqual(changes, {
      OPENAI_BASE_URL: 'http://127.0.0.1:11434/v1',
      OPENAI_MODEL: 'llama3.1',
    });
    assert.ok(!asked.some(({ words }) => words.startsWith('Length of its vectors')));
    const { changes: withVectors } = await ask([
      [/^1 to 3/, '2'],
      [/^Model that writes/, 'm'],
      [/^Embedding model/, 'nomic'],
      [/^Length of its vectors/, '768'],
    ]);
    assert.equal(withVectors['EMBEDDING_DIMENSIONS'], '768');
  });

  it('ask again for what is needed, and for what cannot be right', async () => {
    const { changes, told } = await ask([
      [/^1 to 3/, '7'],
      [/^1 to 3/, '3'],
      [/^Its endpoint/, ''],
      [/^Its endpoint/, 'my-resource'],
      [/^Its endpoint/, 'https://my-resource.openai.azure.com'],
      [/^Deployment that writes/, 'gpt-4o'],
      [/^Numbers/, '9'],
      [/^Numbers/, '2;4'],
      [/^Its endpoint, such as https:\/\/my-account/, 'https://a.documents.azure.com'],
      [/^Its address, such as rediss/, 'http://redis'],
      [/^Its address, such as rediss/, 'redis://127.0.0.1'],
      [/^Port/, 'abc'],
      [/^Port/, '8080'],
    ]);
    assert.deepEqual(changes, {
      AZURE_OPENAI_ENDPOINT: 'https://my-resource.openai.azure.com',
      AZURE_OPENAI_DEPLOYMENT: 'gpt-4o',
      AZURE_COSMOS_ENDPOINT: 'https://a.documents.azure.com',
      REDIS_URL: 'redis://127.0.0.1',
      PORT: '8080',
    });
    const complaints = told.filter((line) => /is needed|must|Please/.test(line));
    assert.equal(complaints.length, 6, complaints.join('\n'));
  });

  it('never show what is typed for a secret, nor what it was', async () => {
    const current = { OPENAI_MODEL: 'm', OPENAI_API_KEY: 'sk-old', REDIS_URL: 'redis://:old@r' };
    const { asked } = await ask([[/^Numbers/, '1 2 3 4 5']].concat(needed) as never, current);
    const secret = asked.filter(({ isSecret }) => isSecret).map(({ words }) => words);
    assert.equal(secret.length, 5);
    assert.ok(asked.every(({ words }) => !words.includes('old')));
    assert.ok(asked.some(({ words }) => /^Its key, .*\[as it is; - for none\]$/.test(words)));
  });

  it('keep what there is on Enter, and take it away on a dash', async () => {
    const current = { OPENAI_MODEL: 'm', OPENAI_API_KEY: 'sk', PORT: '4000' };
    assert.deepEqual((await ask([], current)).changes, {});
    const { changes } = await ask(
      [
        [/^Its key/, '-'],
        [/^Port/, '-'],
      ],
      current,
    );
    assert.deepEqual(changes, { OPENAI_API_KEY: undefined, PORT: undefined });
  });

  it('drop the other way to write answers when another is chosen', async () => {
    const current = { OPENAI_MODEL: 'm', OPENAI_API_KEY: 'sk', EMBEDDING_DIMENSIONS: '768' };
    const { changes } = await ask([[/^1 to 3 \[2\]/, '1']], current);
    assert.deepEqual(changes, {
      OPENAI_MODEL: undefined,
      OPENAI_API_KEY: undefined,
      EMBEDDING_DIMENSIONS: undefined,
    });
  });

  it('ask about Teams, and where to listen, only with an app id', async () => {
    const { asked, changes } = await ask([
      [/^App id/, 'app'],
      [/^Its client secret/, 'secret'],
      [/^Its tenant/, 'tenant'],
      [/^Address to listen on/, '0.0.0.0'],
      [/^Where people reach it/, 'https://mentor.example'],
    ]);
    assert.deepEqual(changes, {
      MicrosoftAppId: 'app',
      MicrosoftAppPassword: 'secret',
      MicrosoftAppTenantId: 'tenant',
      HOST: '0.0.0.0',
      PUBLIC_URL: 'https://mentor.example',
    });
    assert.equal(asked.find(({ words }) => words.startsWith('Its client secret'))?.isSecret, true);
  });
});

/** What the services cannot be without. */
const needed = serviceGroups.flatMap(({ questions }) =>
  questions.flatMap(({ words, setting, isNeeded = false }) =>
    isNeeded && setting !== 'REDIS_URL'
      ? [
          [
            new RegExp(`^${words.slice(0, 30).replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}`),
            'https://x.example',
          ],
        ]
      : [],
  ),
);
