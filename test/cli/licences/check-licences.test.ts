import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { allowList, checkLicences, type InstalledPackage } from '#cli/licences/check-licences.ts';
import { isAllowedExpression } from '#cli/licences/judge-licence.ts';

const list = allowList.parse(JSON.parse(readFileSync('cli/licences/allow-list.json', 'utf8')));

describe('a licence expression', () => {
  const allowed = new Set(['MIT', 'ISC', 'Apache-2.0']);
  const judge = (expression: string) => isAllowedExpression(expression, (one) => allowed.has(one));

  it('is met where one of a choice, and all of what comes together, is allowed', () => {
    for (const expression of [
      'MIT',
      'MIT OR GPL-3.0-or-later',
      '(GPL-3.0-only OR MIT)',
      'MIT AND ISC',
      'GPL-3.0-only OR MIT AND ISC',
      '(MIT OR GPL-2.0-only) AND (ISC OR Apache-2.0)',
    ])
      assert.equal(judge(expression), true, expression);
  });

  it('is not met by half, nor where it is no expression', () => {
    for (const expression of [
      '',
      'GPL-3.0-only',
      'MIT AND GPL-3.0-only',
      'MIT AND (GPL-3.0-only OR AGPL-3.0-only)',
      'MIT OR',
      'OR MIT',
      '(MIT',
      'MIT)',
      'MIT ISC',
      'MIT,ISC',
      'SEE LICENSE IN LICENSE',
      'UNLICENSED',
      'http://example.org/MIT',
      'mit',
    ])
      assert.equal(judge(expression), false, expression);
  });
});

describe('the check of licences', () => {
  const one = (changes: Partial<InstalledPackage>): InstalledPackage => ({
    name: 'some',
    version: '1.0.0',
    licence: 'MIT',
    isDevelopmentAlone: false,
    ...changes,
  });
  const known = Object.keys(list.packages).map((name) => one({ name, isDevelopmentAlone: true }));

  it('names what is not allowed, by the package', () => {
    const problems = checkLicences(
      [
        ...known,
        one({}),
        one({ name: 'viral', licence: 'AGPL-3.0-only' }),
        one({ name: 'silent', licence: '' }),
      ],
      list,
    );
    assert.deepEqual(problems, [
      'viral@1.0.0 has the licence AGPL-3.0-only, which is not allowed.',
      'silent@1.0.0 has the licence (none named), which is not allowed.',
    ]);
  });

  it('lets some serve development, and nothing that is passed on', () => {
    const tool = one({ name: 'tool', licence: 'MPL-2.0', isDevelopmentAlone: true });
    assert.deepEqual(checkLicences([...known, tool], list), []);
    assert.equal(checkLicences([...known, { ...tool, isDevelopmentAlone: false }], list).length, 1);
    const playground = one({ name: '@microsoft/m365agentsplayground' });
    assert.match(
      checkLicences([...known, playground], list)[0] ?? '',
      /may serve development alone/,
    );
  });

  it('wants exceptions for what is installed alone, each with its reason', () => {
    const [first, ...rest] = known;
    assert.deepEqual(checkLicences(rest, list), [
      `${first?.name} is not installed; take it out of the allow-list.`,
    ]);
    for (const [name, { because }] of Object.entries(list.packages))
      assert.ok(because.length > 20, name);
  });

  it('passes on what is installed here', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['cli/licences.ts'], {
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^The licences of \d{3,} packages are all allowed\.\n$/);
  });

  it('and the review of new dependencies on GitHub allow the same', () => {
    const workflow = parse(readFileSync('.github/workflows/dependencies.yml', 'utf8')) as {
      jobs: Record<string, { steps: { uses?: string; with?: Record<string, string> }[] }>;
    };
    const review = workflow.jobs['review']?.steps.find(({ uses }) =>
      uses?.startsWith('actions/dependency-review-action@'),
    );
    const listed = (text = '') => text.split(',').map((item) => item.trim());
    assert.deepEqual(listed(review?.with?.['allow-licenses']), list.licences);
    assert.deepEqual(
      listed(review?.with?.['allow-dependencies-licenses']),
      Object.keys(list.packages).map((name) => `pkg:npm/${name.replace('@', '%40')}`),
    );
  });
});
