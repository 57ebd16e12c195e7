import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from '#config.ts';

/** The names of the settings that are refused. */
function refusedIn(environment: Readonly<Record<string, string>>): string[] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    return [...(error as Error).message.matchAll(/^ {2}- (\w+):/gm)].map(([, name = '']) => name);
  }
}

test('people sign in on the pages as a client of the issuer, with what the issuer wants to be told', () => {
  const signIn = { AUTH_ISSUER: 'https://issuer.example', AUTH_AUDIENCE: 'api://career-mentor' };
  assert.equal(readConfig(signIn).signIn?.web, undefined);
  assert.deepEqual(readConfig({ ...signIn, AUTH_WEB_CLIENT_ID: 'web' }).signIn?.web, {
    clientId: 'web',
    scope: 'openid profile offline_access',
    parameters: {},
  });
  const { signIn: whole } = readConfig({
    ...signIn,
    AUTH_METADATA_URI: 'https://issuer.example/policy/.well-known/openid-configuration',
    AUTH_WEB_CLIENT_ID: 'web',
    AUTH_WEB_SCOPE: 'openid   api://career-mentor/access_as_user',
    AUTH_WEB_PARAMETERS: 'resource=api%3A%2F%2Fcareer-mentor&prompt=consent',
  });
  assert.match(whole?.metadataUri ?? '', /policy/);
  assert.deepEqual(whole?.web, {
    clientId: 'web',
    scope: 'openid api://career-mentor/access_as_user',
    parameters: { resource: 'api://career-mentor', prompt: 'consent' },
  });
  assert.deepEqual(refusedIn({ ...signIn, AUTH_WEB_SCOPE: 'openid' }), ['AUTH_WEB_CLIENT_ID']);
  assert.deepEqual(refusedIn({ AUTH_WEB_CLIENT_ID: 'web' }), ['AUTH_ISSUER']);
  const client = { ...signIn, AUTH_WEB_CLIENT_ID: 'web' };
  assert.deepEqual(refusedIn({ ...client, AUTH_WEB_SCOPE: 'profile' }), ['AUTH_WEB_SCOPE']);
  for (const parameters of ['redirect_uri=https://evil.example', 'state=1', 'resource', '=x'])
    assert.deepEqual(
      refusedIn({ ...client, AUTH_WEB_PARAMETERS: parameters }),
      ['AUTH_WEB_PARAMETERS'],
      parameters,
    );
});

test('tokens of a day are bounded for a person and for a tenant, each by itself', () => {
  const { tokensPerDay, tenantTokensPerDay } = readConfig({ DAILY_TOKEN_BUDGET_PER_TENANT: '9' });
  assert.deepEqual([tokensPerDay, tenantTokensPerDay], [undefined, 9]);
});
