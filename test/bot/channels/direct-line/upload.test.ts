import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Attachment } from 'botbuilder';
import { connectClient } from '#test/helpers/direct-line-client.ts';
import { openSession, postJson, statusAndCode } from '#test/helpers/direct-line-http.ts';
import { createTestFolder, startBotHost } from '#test/helpers/start-bot-host.ts';

const silent = async () => undefined;

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(join(folder, 'files'), {
    recursive: true,
    withFileTypes: true,
  }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

function formWith(files: readonly File[]): FormData {
  const form = new FormData();
  const activity = JSON.stringify({ type: 'message', text: 'look', attachments: [{ name: 'x' }] });
  form.append('activity', new Blob([activity], { type: 'application/vnd.microsoft.activity' }));
  for (const file of files) form.append('file', file);
  return form;
}

/** Every byte there is, more than one chunk of it. */
const bytes = Buffer.alloc(100_000, Buffer.from(Array.from({ length: 256 }, (_, value) => value)));

test('a file goes up through the client library and comes back byte by byte', async (t) => {
  const folder = await createTestFolder(t);
  const heard: Attachment[] = [];
  const host = await startBotHost({
    folder,
    logic: async ({ activity }) => {
      heard.push(...(activity.attachments ?? []));
    },
  });
  t.after(host.stop);
  const { token, conversationId } = await openSession(host.url);
  const client = connectClient({ token, domain: host.directLineUrl });
  t.after(client.end);
  // The library fetches what it uploads, as it would a file that was picked in a browser.
  const source = createServer((_request, response) => response.end(bytes)).listen(0, '127.0.0.1');
  t.after(() => source.close());
  await once(source, 'listening');
  const { port } = source.address() as AddressInfo;
  const id = await client.post({
    type: 'message',
    text: 'look',
    attachments: [
      {
        contentType: 'application/pdf',
        contentUrl: `http://127.0.0.1:${port}/`,
        name: 'Lebenslauf Ümit (1).pdf',
      },
    ],
  });
  const echo = await client.waitFor((activity) => activity.id === id);
  assert.equal(echo.text, 'look');
  const [shown] = echo['attachments'] as Attachment[];
  assert.equal(shown?.contentType, 'application/pdf');
  assert.equal(shown.name, 'Lebenslauf Ümit (1).pdf');

  const served = await fetch(shown.contentUrl ?? '');
  assert.ok(bytes.equals(Buffer.from(await served.arrayBuffer())));
  assert.equal(served.headers.get('content-type'), 'application/pdf');
  assert.equal(served.headers.get('x-content-type-options'), 'nosniff');
  assert.equal(
    served.headers.get('content-disposition'),
    "attachment; filename*=UTF-8''Lebenslauf%20%C3%9Cmit%20%281%29.pdf",
  );
  await host.inbox.drain(5_000);
  assert.deepEqual(heard, [shown]);
  // The log holds no address that will have expired when the conversation is opened again.
  const [kept] = await host.log.readAfter(conversationId, 0);
  assert.match(JSON.stringify(kept?.activity['attachments']), /direct-line-file:/);
});

test('an address of a file is good for that file only, and for a while', async (t) => {
  let nowMs = Date.parse('2025-03-01T12:30:00Z');
  const host = await startBotHost({
    logic: silent,
    folder: await createTestFolder(t),
    now: () => new Date(nowMs),
  });
  t.after(host.stop);
  const { token, conversationId } = await openSession(host.url);
  const conversation = `${host.directLineUrl}/conversations/${conversationId}`;
  const headers = { authorization: `Bearer ${token}` };
  for (const name of ['a.txt', 'b.txt'])
    await fetch(`${conversation}/upload`, {
      method: 'POST',
      headers,
      body: formWith([new File([name], name, { type: 'text/plain' })]),
    });
  const readUrls = async (bearer: string) => {
    const response = await fetch(`${conversation}/activities`, {
      headers: { authorization: `Bearer ${bearer}` },
    });
    const { activities } = (await response.json()) as {
      activities: { attachments: Attachment[] }[];
    };
    return activities.map(({ attachments }) => new URL(attachments[0]?.contentUrl ?? ''));
  };
  const [first, second] = await readUrls(token);
  assert.ok(first && second);
  assert.equal(await (await fetch(first)).text(), 'a.txt');
  const swapped = new URL(second);
  swapped.search = first.search;
  assert.equal((await fetch(swapped)).status, 404);
  const stretched = new URL(first);
  stretched.searchParams.set('expires', '9999999999');
  assert.equal((await fetch(stretched)).status, 404);
  assert.equal((await fetch(`${first.origin}${first.pathname}`)).status, 404);

  nowMs += 2 * 60 * 60_000;
  assert.equal((await fetch(first)).status, 404);
});

test('files that are not taken are refused and nothing of the upload stays', async (t) => {
  const folder = await createTestFolder(t);
  const host = await startBotHost({ logic: silent, folder });
  t.after(host.stop);
  const { token, conversationId } = await openSession(host.url);
  const send = (body: FormData | string, type?: string) =>
    fetch(`${host.directLineUrl}/conversations/${conversationId}/upload`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, ...(type && { 'content-type': type }) },
      body,
    });
  const picture = new File(['png'], 'a.png', { type: 'image/png' });
  const page = new File(['<script>'], 'a.html', { type: 'text/html' });
  const drawing = new File(['<svg onload="x"/>'], 'a.svg', { type: 'image/svg+xml' });
  const huge = new File([new Uint8Array(11 * 1024 * 1024)], 'a.pdf', { type: 'application/pdf' });
  const badActivity = new FormData();
  badActivity.append('file', picture);
  badActivity.append('activity', new Blob(['{']));
  const badType = new FormData();
  badType.append('activity', new Blob(['{"type":"conversationUpdate"}']));
  badType.append('file', picture);
  const bigActivity = new FormData();
  bigActivity.append('activity', new Blob([`{"text":"${'x'.repeat(300 * 1024)}"}`]));
  bigActivity.append('file', picture);

  const expectations: [number, FormData | string, string?][] = [
    [415, formWith([picture, page])],
    [415, formWith([drawing])],
    [413, formWith([picture, huge])],
    [413, formWith(Array.from({ length: 7 }, () => picture))],
    [413, bigActivity],
    [400, badActivity],
    [400, badType],
    [400, '--b\r\nnonsense', 'multipart/form-data; boundary=b'],
    [400, '', 'multipart/form-data; boundary=b'],
    [415, '{}', 'application/json'],
  ];
  for (const [status, body, type] of expectations) {
    const [answered] = await statusAndCode(await send(body, type));
    assert.equal(answered, status);
  }
  assert.deepEqual(await listFiles(folder), []);
  assert.equal(await host.log.get(conversationId), undefined);
});

test('deleting a person deletes their files and nobody else’s', async (t) => {
  const folder = await createTestFolder(t);
  const host = await startBotHost({ logic: silent, folder });
  t.after(host.stop);
  const [alice, bob] = [await openSession(host.url), await openSession(host.url)];
  for (const { token, conversationId } of [alice, bob])
    await fetch(`${host.directLineUrl}/conversations/${conversationId}/upload`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: formWith([new File(['x'], 'a.txt', { type: 'text/plain' })]),
    });
  assert.equal((await listFiles(folder)).length, 2);
  assert.equal(await host.directLine.deleteUser(alice.userId), 1);
  assert.equal((await listFiles(folder)).length, 1);
  assert.equal(await host.log.get(alice.conversationId), undefined);
  assert.notEqual(await host.log.get(bob.conversationId), undefined);
});

test('a link in a posted activity is not taken for a kept file', async (t) => {
  const host = await startBotHost({ logic: silent, folder: await createTestFolder(t) });
  t.after(host.stop);
  const { token, conversationId } = await openSession(host.url);
  const conversation = `${host.directLineUrl}/conversations/${conversationId}`;
  await postJson(
    `${conversation}/activities`,
    {
      type: 'message',
      attachments: [
        { contentType: 'text/plain', contentUrl: 'direct-line-file:../../etc/passwd/x' },
      ],
    },
    { token },
  );
  const response = await fetch(`${conversation}/activities`, {
    headers: { authorization: `Bearer ${token}` },
  });
  assert.doesNotMatch(await response.text(), /contentUrl/);
});
