import assert from 'node:assert/strict';
import { chmodSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { parseEnv } from 'node:util';
import { applyChanges, readAssignments, readEnvFile, writeEnvFile } from '#cli/setup/env-file.ts';
import { settingsSchema } from '#config/settings-schema.ts';
import { createTemporaryFolder } from '#test/services/database/temporary-database.ts';

const change = (text: string, changes: Record<string, string | undefined>) =>
  applyChanges(text, new Map(Object.entries(changes)));

describe('the settings file', () => {
  it('reads every value back as it was given', () => {
    const values = [
      'plain',
      '',
      'with spaces  inside',
      ' at both ends ',
      'hash # and ; semicolon',
      "it's",
      'say "yes"',
      `both ' and "`,
      'back`tick',
      `tick \` and "`,
      'a\\nb',
      '$HOME $$ $(id)',
      'DefaultEndpointsProtocol=https;AccountName=a;AccountKey=k==;',
      'rediss://:p%40ss#w/ord@host:6380',
      'ключ 🔑',
      'two\nlines',
      '=',
      "'quoted already'",
    ];
    let text = '';
    const expected: Record<string, string> = {};
    for (const [index, value] of values.entries()) {
      text = change(text, { [`SETTING_${index}`]: value });
      expected[`SETTING_${index}`] = value;
    }
    assert.deepEqual({ ...parseEnv(text) }, expected);
  });

  it('refuses a value that no such file can hold', () => {
    assert.throws(() => change('', { A: `all of ' and " and \` and #` }), {
      code: 'config-invalid',
      message: /^A: .*key vault/,
    });
  });

  it('changes one line, and leaves everything else as it was', () => {
    const before = "# mine\nexport PORT=1\n\nOTHER = 'x y' # why\nMY_PORT=5\nLAST=z";
    const after = change(before, { PORT: '2' });
    assert.equal(after, before.replace('export PORT=1', 'PORT=2'));
    assert.equal(change(before, { NEW: 'a b' }), `${before}\nNEW='a b'\n`);
    assert.equal(change(before, {}), before);
  });

  it('changes the assignment that counts, which is the last', () => {
    assert.equal(change('A=1\nA=2\n', { A: '3' }), 'A=1\nA=3\n');
  });

  it('replaces a value over several lines as a whole', () => {
    const before = 'A="one\ntwo=2\nthree"\nB=1\n';
    assert.equal(change(before, { A: 'short' }), 'A=short\nB=1\n');
    assert.equal(change(before, { A: undefined }), '#A="one\n#two=2\n#three"\nB=1\n');
  });

  it('keeps what goes as a comment', () => {
    const after = change('A=1\nB=2\nA=3\n', { A: undefined });
    assert.equal(after, '#A=1\nB=2\n#A=3\n');
  });

  it('puts a new setting behind its example, so that a copy of .env.example stays in order', () => {
    const example = readFileSync('.env.example', 'utf8');
    const names = Object.keys(settingsSchema.shape);
    const after = change(example, Object.fromEntries(names.map((name) => [name, 'x'])));
    assert.deepEqual(Object.keys(readAssignments(after)).toSorted(), names.toSorted());
    for (const name of names) assert.match(after, new RegExp(`^#${name}=.*\n${name}=x$`, 'm'));
  });

  it('keeps the line ends of Windows', () => {
    assert.equal(change('A=1\r\nB=2\r\n', { A: '9', C: '3' }), 'A=9\r\nB=2\r\nC=3\r\n');
  });

  it('changes nothing that it does not understand', () => {
    const odd = 'A="open\nB=1\nC="x"\n';
    const read = readAssignments(odd);
    const after = (() => {
      try {
        return readAssignments(change(odd, { B: '2' }));
      } catch (error) {
        return (error as Error).message;
      }
    })();
    if (typeof after === 'string') assert.match(after, /change it by hand/);
    else assert.deepEqual(after, { ...read, B: '2' });
  });
});

describe('writing it', () => {
  const folder = createTemporaryFolder();
  after(() => folder.remove());

  it('lets only the owner read it, also where others could before', () => {
    const path = join(folder.path, '.env');
    assert.equal(readEnvFile(path), '');
    writeEnvFile(path, 'A=1\n');
    assert.equal(statSync(path).mode & 0o777, 0o600);
    chmodSync(path, 0o644);
    writeEnvFile(path, 'A=2\n');
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.equal(readEnvFile(path), 'A=2\n');
  });

  it('writes through a link', () => {
    const real = join(folder.path, 'real');
    const link = join(folder.path, 'link');
    writeFileSync(real, 'A=1\n');
    symlinkSync(real, link);
    writeEnvFile(link, 'A=2\n');
    assert.equal(readFileSync(real, 'utf8'), 'A=2\n');
  });
});
