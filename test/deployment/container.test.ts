import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { checkCompose } from '#deploymentTemplates/check/check-compose.ts';
import { checkContainer, lintDockerfile } from '#deploymentTemplates/check/check-container.ts';
import { createDockerIgnore } from '#deploymentTemplates/container/docker-ignore.ts';
import {
  copyPaths,
  execForm,
  readDockerfile,
} from '#deploymentTemplates/container/read-dockerfile.ts';

const root = join(import.meta.dirname, '../..');
const read = (name: string) => readFileSync(join(root, name), 'utf8');
const files = {
  dockerfile: read('Dockerfile'),
  dockerignore: read('.dockerignore'),
  nodeVersion: '24.21.0',
};
const found = (change: (dockerfile: string) => string) =>
  checkContainer({ ...files, dockerfile: change(files.dockerfile) })
    .map(({ what }) => what)
    .join('\n');

describe('reading a Dockerfile', () => {
  it('joins continued lines, leaves comments out, and keeps stages, flags and lines apart', () => {
    const stages = readDockerfile(
      '# c\nFROM a AS b\nRUN x \\\n  # inside\n  && y\n\nFROM c\nCOPY --from=b --chown=1:1 /d ./e/\nCMD ["f", "g h"]\n',
    );
    assert.deepEqual(
      stages.map(({ base, name }) => [base, name]),
      [
        ['a', 'b'],
        ['c', undefined],
      ],
    );
    assert.deepEqual(
      stages[0]?.instructions.map(({ line, text }) => [line, text.replace(/\s+/g, ' ')]),
      [[3, 'x && y']],
    );
    const [copy, command] = stages[1]?.instructions ?? [];
    assert.ok(copy && command);
    assert.deepEqual(copy.flags, { from: 'b', chown: '1:1' });
    assert.deepEqual(copyPaths(copy), { sources: ['/d'], target: './e/' });
    assert.deepEqual(execForm(command.text), ['f', 'g h']);
    assert.equal(execForm('node main.ts'), undefined);
  });
});

describe('what reaches the build', () => {
  const reaches = createDockerIgnore(files.dockerignore);
  for (const [path, expected] of [
    ['main.ts', true],
    ['services/cache/redis.ts', true],
    ['web/index.html', true],
    ['web/vendor/webchat.js', false],
    ['.env', false],
    ['services/.env', false],
    ['test/main.test.ts', false],
    ['node_modules/zod/package.json', false],
    ['.git/config', false],
    ['data/career-mentor.sqlite', false],
  ] as const)
    it(`is ${expected ? '' : 'not '}${path}`, () => assert.equal(reaches(path), expected));
});

describe('the check of the container', () => {
  it('has nothing to say of the Dockerfile as it is', () => {
    assert.equal(
      found((text) => text),
      '',
    );
  });

  it('finds root, a shell in the way of signals, a base that moves and a missing folder', () => {
    assert.match(
      found((text) => text.replace('USER 65532:65532', 'USER root')),
      /user of a number other than 0/,
    );
    assert.match(
      found((text) => text.replace(/CMD \["--max.*\]/, 'CMD main.ts')),
      /no CMD in exec form/,
    );
    assert.match(
      found((text) => text.replace(/@sha256:[0-9a-f]{64} AS/, ' AS')),
      /is not pinned by its digest/,
    );
    assert.match(
      found((text) => text.replace('COPY mentor mentor\n', '')),
      /leaves out mentor\/.*, which the program imports/,
    );
    assert.match(
      found((text) => text.replace('--omit=dev ', '')),
      /more than production dependencies/,
    );
    assert.match(
      found((text) => text.replaceAll('24.21.0', '20.0.0')),
      /which package\.json pins/,
    );
    assert.match(
      found((text) => `${text}\nENV API_KEY=x\nADD a b\nCOPY gone gone\n`),
      /keeps a secret[\s\S]*use COPY[\s\S]*copies gone, which is not there/,
    );
  });

  it('agrees with dockerfile-utils', async (context) => {
    const problems = await lintDockerfile(files.dockerfile);
    if (problems === undefined) return context.skip('dockerfile-utils is not installed');
    assert.deepEqual(problems, []);
  });
});

describe('the check of compose.yaml', () => {
  it('finds ports open to everybody, versions that move, and names that lead nowhere', () => {
    const text = checkCompose(
      'services:\n  a:\n    build: .\n    image: x:latest\n    ports: ["80:80"]\n    depends_on: [b]\n    volumes: ["gone:/x"]\n',
    )
      .map(({ what }) => what)
      .join('\n');
    for (const expected of [
      /whatever version/,
      /to every machine/,
      /waits for b/,
      /volume gone/,
      /write to its own files/,
      /rights that it does not need/,
    ])
      assert.match(text, expected);
  });

  it('says where it is not YAML', () => {
    assert.notDeepEqual(checkCompose('a: [\n'), []);
  });
});
