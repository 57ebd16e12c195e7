import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, test } from 'node:test';
import { promisify } from 'node:util';
import { strFromU8, unzipSync } from 'fflate';
import { buildTeamsPackage } from '#appPackage/build-package.ts';
import type { ManifestSettings } from '#appPackage/fill-manifest.ts';
import { findManifestMistakes } from '#appPackage/validate-manifest.ts';
import { commands, findCommand, isPersonal } from '#bot/commands.ts';

const root = join(import.meta.dirname, '..', '..');
const settings: ManifestSettings = {
  appId: '11111111-1111-1111-1111-111111111111',
  publicUrl: 'https://mentor.example',
  version: '1.2.3',
  developer: 'The "Contoso" school',
};

interface CommandEntry {
  readonly type?: 'prompt';
  readonly title: string;
  readonly description: string;
  readonly prompt?: string;
}

interface TeamsManifest {
  readonly bots: readonly {
    readonly commandLists: readonly {
      readonly scopes: readonly string[];
      readonly commands: readonly CommandEntry[];
    }[];
  }[];
  readonly [key: string]: unknown;
}

function unpack(changes: Partial<ManifestSettings> = {}) {
  const files = unzipSync(buildTeamsPackage({ ...settings, ...changes }));
  const manifest = JSON.parse(strFromU8(files['manifest.json'] ?? new Uint8Array()));
  return { files, manifest: manifest as TeamsManifest };
}

/** Width, height and whether there is an alpha channel, out of a PNG's header. */
function readPng(bytes: Uint8Array | undefined) {
  const data = Buffer.from(bytes ?? []);
  assert.equal(data.subarray(1, 4).toString(), 'PNG');
  return { width: data.readUInt32BE(16), height: data.readUInt32BE(20), colourType: data[25] };
}

describe('the Teams app package', () => {
  it('holds a valid manifest and two icons, and nothing else', () => {
    const { files, manifest } = unpack();
    assert.deepEqual(Object.keys(files).toSorted(), ['color.png', 'manifest.json', 'outline.png']);
    assert.deepEqual(findManifestMistakes(manifest), []);
    assert.equal(manifest['id'], settings.appId);
    assert.deepEqual(manifest['validDomains'], ['mentor.example']);
    assert.equal((manifest['developer'] as { name: string }).name, settings.developer);
    assert.deepEqual(
      [readPng(files['color.png']).width, readPng(files['color.png']).height],
      [192, 192],
    );
    const outline = readPng(files['outline.png']);
    assert.deepEqual([outline.width, outline.height], [32, 32]);
    assert.equal(outline.colourType, 6, 'the outline needs a transparent ground');
  });

  it('is the same each time', () => {
    assert.deepEqual(buildTeamsPackage(settings), buildTeamsPackage(settings));
  });

  it('is not built from settings that Teams would refuse, and says which', () => {
    assert.throws(() => buildTeamsPackage({ ...settings, appId: 'not-a-guid' }), /\/id/);
    assert.throws(
      () => buildTeamsPackage({ ...settings, developer: 'x'.repeat(33) }),
      /\/developer\/name/,
    );
  });
});

describe('the commands in the manifest', () => {
  const lists = unpack().manifest.bots[0]?.commandLists ?? [];
  const entries = lists.flatMap((list) => list.commands.map((entry) => ({ ...entry, list })));

  it('are the bot’s own, with its own words', () => {
    for (const { title, description } of entries.filter(({ type }) => type !== 'prompt')) {
      const command = commands.find(({ name }) => name === findCommand(title));
      assert.deepEqual([command?.name, command?.description], [title, description]);
    }
  });

  it('show in groups only what is not personal', () => {
    for (const { title, list } of entries.filter(({ type }) => type !== 'prompt')) {
      const name = findCommand(title);
      assert.ok(name);
      if (list.scopes.some((scope) => scope !== 'personal')) assert.equal(isPersonal(name), false);
    }
  });

  it('offer the starters of the page as prompts, one to one alone', () => {
    const starters = JSON.parse(readFileSync(join(root, 'knowledge/starters.json'), 'utf8'));
    const prompts = entries.filter(({ type }) => type === 'prompt');
    assert.deepEqual(
      prompts.map(({ prompt }) => prompt),
      starters,
    );
    for (const { list, title, prompt = '' } of prompts) {
      assert.deepEqual(list.scopes, ['personal']);
      assert.ok(title.length <= 32);
      assert.equal(findCommand(prompt), undefined);
    }
  });
});

test('the command builds it from the settings, and says what is missing', async () => {
  const run = (environment: Record<string, string>) =>
    promisify(execFile)(process.execPath, ['appPackage/package-teams-cli.ts'], {
      cwd: root,
      env: { PATH: process.env['PATH'], ...environment },
    });
  await assert.rejects(run({ MicrosoftAppId: ' ', PUBLIC_URL: 'http://localhost' }), (error) => {
    const { stderr } = error as unknown as { stderr: string };
    assert.match(stderr, /MicrosoftAppId: .*\n.*PUBLIC_URL: /);
    return true;
  });
  const { stdout } = await run({
    MicrosoftAppId: settings.appId,
    PUBLIC_URL: `${settings.publicUrl}/`,
  });
  assert.match(stdout, /career-mentor\.zip/);
});
