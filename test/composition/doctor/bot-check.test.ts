import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { botChecks } from '#composition/doctor/bot-check.ts';
import { runCheck } from '#composition/doctor/run-check.ts';
import { readConfig } from '#config.ts';
import { startIdentityServer } from '#test/helpers/identity-server.ts';
import { listenLocally, readBody, stopServer } from '#test/helpers/local-server.ts';

const registration = {
  MicrosoftAppId: '11111111-0000-0000-0000-000000000001',
  MicrosoftAppPassword: 'the-secret-of-the-app',
  MicrosoftAppTenantId: '22222222-0000-0000-0000-000000000002',
};

/** The token endpoint of Microsoft's sign-in, which gives a token for the right secret or the refusal it is told. */
async function startLogin(refusal?: {
  readonly status: number;
  readonly codes: readonly number[];
}) {
  const asked: { path: string; form: URLSearchParams }[] = [];
  const server = createServer(async (request, response) => {
    const form = new URLSearchParams((await readBody(request)).toString());
    asked.push({ path: request.url ?? '', form });
    response.writeHead(refusal?.status ?? 200, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify(
        refusal === undefined
          ? { token_type: 'Bearer', expires_in: 3_599, access_token: 'token' }
          : { error: 'invalid_client', error_codes: refusal.codes },
      ),
    );
  });
  const port = await listenLocally(server);
  return { url: `http://127.0.0.1:${port}`, asked, close: () => stopServer(server) };
}

async function examine(settings: Record<string, string>, loginUrl?: string) {
  const [check] = botChecks(readConfig(settings), loginUrl);
  assert.ok(check);
  return runCheck(check, 10_000);
}

test('without an app there is nothing to check', () => {
  assert.deepEqual(botChecks(readConfig({})), []);
});

test('a registration that works gives a token for Bot Framework, from its own tenant', async (t) => {
  const login = await startLogin();
  t.after(login.close);
  assert.equal((await examine(registration, login.url)).status, 'ok');
  assert.equal(login.asked[0]?.path, `/${registration.MicrosoftAppTenantId}/oauth2/v2.0/token`);
  assert.deepEqual(Object.fromEntries(login.asked[0]?.form ?? []), {
    grant_type: 'client_credentials',
    client_id: registration.MicrosoftAppId,
    client_secret: registration.MicrosoftAppPassword,
    scope: 'https://api.botframework.com/.default',
  });
  await examine({ ...registration, MicrosoftAppType: 'MultiTenant' }, login.url);
  assert.equal(login.asked[1]?.path, '/botframework.com/oauth2/v2.0/token');
});

test('each refusal names the setting that is wrong, and never the secret', async (t) => {
  const refusals = [
    [401, 7_000_215, 'MicrosoftAppPassword', /the value of the client secret and not its id/],
    [401, 7_000_222, 'MicrosoftAppPassword', /has expired/],
    [400, 700_016, 'MicrosoftAppId', /no such app/],
    [400, 90_002, 'MicrosoftAppTenantId', /no such tenant/],
    [400, 900_023, 'MicrosoftAppTenantId', /no such tenant/],
    [400, 50_000, 'MicrosoftAppId', /status 400, AADSTS50000/],
  ] as const;
  for (const [status, code, setting, words] of refusals) {
    const login = await startLogin({ status, codes: [code] });
    t.after(login.close);
    const found = await examine(registration, login.url);
    assert.equal(found.status, 'failed');
    assert.equal(found.setting, setting);
    assert.match(found.message, words);
    assert.doesNotMatch(JSON.stringify(found), /the-secret/);
  }
});

test('what answers is not the sign-in, or nothing answers', async (t) => {
  const page = createServer((_request, response) => response.end('<html>Welcome</html>'));
  const port = await listenLocally(page);
  t.after(() => stopServer(page));
  const odd = await examine(registration, `http://127.0.0.1:${port}`);
  assert.match(odd.message, /no token was given \(status 200\)/);
  const gone = await examine(registration, 'http://127.0.0.1:1');
  assert.match(
    gone.message,
    /cannot be reached\. Nothing takes connections at 127\.0\.0\.1, port 1/,
  );
});

test('a managed identity is asked for the token, and its lack is said', async (t) => {
  const { MicrosoftAppPassword: _none, ...settings } = {
    ...registration,
    MicrosoftAppType: 'UserAssignedMSI',
  };
  let given: string | undefined = 'token';
  const identity = await startIdentityServer((resource) =>
    resource === 'https://api.botframework.com' ? given : undefined,
  );
  Object.assign(process.env, identity.environment);
  t.after(async () => {
    for (const name of Object.keys(identity.environment)) delete process.env[name];
    await identity.close();
  });
  assert.equal((await examine(settings)).status, 'ok');
  given = undefined;
  const lacking = await examine({ ...settings, MicrosoftAppId: 'another-app' });
  assert.equal(lacking.status, 'failed');
  assert.match(lacking.message, /assign it to the machine, or check MicrosoftAppId/);
});
