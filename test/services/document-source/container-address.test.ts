import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readContainerAddress } from '#services/document-source/container-address.ts';

test('addresses of containers are read', () => {
  for (const [text, address] of [
    ['az://knowledge', { containerName: 'knowledge', folder: '' }],
    ['az://knowledge/guides/2026/', { containerName: 'knowledge', folder: 'guides/2026' }],
    [
      'https://acme.blob.core.windows.net/knowledge/a%20b',
      {
        accountUrl: 'https://acme.blob.core.windows.net',
        containerName: 'knowledge',
        folder: 'a b',
      },
    ],
    [
      'http://127.0.0.1:10000/devstoreaccount1/knowledge',
      {
        accountUrl: 'http://127.0.0.1:10000/devstoreaccount1',
        containerName: 'knowledge',
        folder: '',
      },
    ],
  ] as const)
    assert.deepEqual(readContainerAddress(text), address);
});

test('a path is no address', () => {
  for (const path of ['./guides', '/srv/guides', 'guides', 'C:\\guides', 'az:guides'])
    assert.equal(readContainerAddress(path), undefined);
});

test('an address without a container says how to write one', () => {
  for (const text of [
    'az://',
    'az://UPPER',
    'https://acme.blob.core.windows.net/',
    'az://knowledge/100%',
    'https:///x',
  ])
    assert.throws(() => readContainerAddress(text), {
      code: 'config-invalid',
      message: /az:\/\/container|without a key|%25/,
    });
});

test('an address that carries a key is refused, and not repeated', () => {
  for (const text of [
    'https://acme.blob.core.windows.net/knowledge?sv=2024&sig=secret',
    'https://me:secret@acme.blob.core.windows.net/knowledge',
  ])
    assert.throws(
      () => readContainerAddress(text),
      (error: Error) => {
        assert.match(error.message, /AZURE_STORAGE_CONNECTION_STRING/);
        assert.doesNotMatch(error.message, /secret/);
        return true;
      },
    );
});
