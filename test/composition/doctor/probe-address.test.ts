import assert from 'node:assert/strict';
import { createServer as createPlainServer } from 'node:http';
import { createServer } from 'node:https';
import { test } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { probeAddress } from '#composition/doctor/probe-address.ts';
import { listenLocally, stopServer } from '#test/helpers/local-server.ts';
import { createTrustedCertificate } from '#test/helpers/tls-certificate.ts';

test('an address that can be reached gives no reason', async (t) => {
  const server = createPlainServer();
  const port = await listenLocally(server);
  t.after(() => stopServer(server));
  for (const address of [`http://127.0.0.1:${port}/path`, `redis://:secret@127.0.0.1:${port}`])
    assert.equal(await probeAddress(address), undefined);
});

test('a name that does not resolve, and a port where nobody listens', async () => {
  assert.equal(
    await probeAddress('https://nowhere.invalid/openai'),
    'The name nowhere.invalid does not resolve.',
  );
  assert.match(
    (await probeAddress('http://127.0.0.1:1')) ?? '',
    /^Nothing takes connections at 127\.0\.0\.1, port 1 \(ECONNREFUSED\)\.$/,
  );
});

test('a certificate that is trusted is fine; one that is not, or is for another name, is told', async (t) => {
  const trusted = getCACertificates('default');
  const server = createServer(createTrustedCertificate());
  const port = await listenLocally(server);
  t.after(() => stopServer(server));
  assert.equal(await probeAddress(`https://127.0.0.1:${port}`), undefined);
  assert.match((await probeAddress(`https://localhost:${port}`)) ?? '', /made for another name/);
  setDefaultCACertificates(trusted);
  assert.match(
    (await probeAddress(`https://127.0.0.1:${port}`)) ?? '',
    /is not accepted \(\w+\).*NODE_EXTRA_CA_CERTS/,
  );
});

test('a server without TLS where TLS is wanted', async (t) => {
  const server = createPlainServer();
  const port = await listenLocally(server);
  t.after(() => stopServer(server));
  for (const scheme of ['https', 'rediss'])
    assert.match((await probeAddress(`${scheme}://127.0.0.1:${port}`)) ?? '', /nothing speaks TLS/);
});

test('what is no address, or one of another kind, is not probed', async () => {
  for (const address of ['', 'nonsense', 'ftp://127.0.0.1'])
    assert.equal(await probeAddress(address), undefined);
});
