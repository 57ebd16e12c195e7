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
    const posted: string[] = [];
    for (const text of ['thanks', 'thanks', 'thanks', 'thanks', 'stop'])
      posted.push(await client.say(text));
    await client.waitFor(({ text, from }) => from.role === 'bot' && /cancel/.test(String(text)));
    const said = client.received.filter(
      ({ type, from }) => type === 'message' && from.role === 'bot',
    );
    const isRefusal = ({ text }: (typeof said)[number]) =>
      text === errorTable['rate-limited'].userText;
    assert.equal(said.filter(isRefusal).length, 1);
    const replyTo = said.filter((message) => !isRefusal(message)).map(({ replyToId }) => replyToId);
    assert.deepEqual(
      posted.slice(0, -1).map((id) => replyTo.filter((repliedTo) => repliedTo === id).length),
      [1, 1, 0, 0],
    );
  });
});
