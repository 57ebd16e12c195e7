import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { errorTable } from '#errors.ts';
import { connectClient } from '#test/helpers/direct-line-client.ts';
import { openSession } from '#test/helpers/direct-line-http.ts';
import { type Program, startProgram } from '#test/helpers/start-program.ts';
import { createTemporaryFolder } from '#test/services/database/temporary-database.ts';

describe('the program with RATE_LIMIT_PER_MINUTE', () => {
  const folder = createTemporaryFolder();
  let program: Program;
  before(async () => {
    const environment = { RATE_LIMIT_PER_MINUTE: '2' };
    program = await startProgram({ dataFolder: folder.path, environment });
  });
  after(async () => {
    await program.stop();
    folder.remove();
  });

  it('answers what is within it, says once that it is too fast, and still hears "stop"', async (t) => {
    const { token } = await openSession(program.origin);
    const client = connectClient({ domain: `${program.origin}/v3/directline`, token });
    t.after(() => client.end());
    for (const text of ['thanks', 'thanks', 'thanks', 'thanks', 'stop']) await client.say(text);
    await client.waitFor(({ text, from }) => from.role === 'bot' && /cancel/.test(String(text)));
    const said = client.received
      .filter(({ type, from }) => type === 'message' && from.role === 'bot')
      .map(({ text }) => String(text));
    const refusals = said.filter((text) => text === errorTable['rate-limited'].userText);
    assert.equal(refusals.length, 1);
    assert.equal(said.filter((text) => /You are welcome/.test(text)).length, 2);
  });
});
