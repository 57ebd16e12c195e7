import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkWorkflow } from '#deploymentTemplates/check/check-workflows.ts';

const sound = `on: push
permissions:
  contents: read
concurrency: x
jobs:
  a:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    steps:
      - uses: actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2
        with: { persist-credentials: false }
      - run: npm run check
`;
const found = (from: string | RegExp, to: string) =>
  checkWorkflow('x.yml', sound.replace(from, to), ['check'])
    .map(({ what }) => what)
    .join('\n');

describe('the check of a workflow', () => {
  it('has nothing to say of a sound one', () => {
    assert.equal(found('', ''), '');
  });

  const cases: readonly [string, string | RegExp, string, RegExp][] = [
    ['an action pinned by a tag', /@de0fac.*$/m, '@v6', /does not pin an action/],
    ['an action without its version', / # v6\.0\.2/, '', /does not pin an action/],
    [
      'an image without a digest',
      'runs-on:',
      'container: node:24\n    runs-on:',
      /does not pin an image/,
    ],
    [
      'more rights than needed',
      'contents: read',
      'contents: write',
      /permissions of contents: read alone/,
    ],
    ['a job without a time limit', '    timeout-minutes: 5\n', '', /has no timeout-minutes/],
    ['credentials that stay', '{ persist-credentials: false }', '{}', /keeps its credentials/],
    [
      'an expression inside a script',
      'npm run check',
      `echo $\{{ github.event.issue.title }}`,
      /puts an expression into a script/,
    ],
    ['an npm script that there is not', 'npm run check', 'npm run gone', /package\.json lacks/],
    ['a script that bash cannot read', 'npm run check', 'if true; echo', /bash cannot read/],
    [
      'a need that leads nowhere',
      '    runs-on:',
      '    needs: b\n    runs-on:',
      /needs b, which is not there/,
    ],
    [
      'a secret',
      'npm run check',
      `npm run check\n        env: { A: '$\{{ secrets.B }}' }`,
      /uses a secret/,
    ],
    [
      'foreign code with our rights',
      'on: push',
      'on:\n  pull_request_target:',
      /pull_request_target/,
    ],
    ['no word on concurrency', 'concurrency: x\n', '', /says nothing of concurrency/],
    ['a file that is not YAML', 'jobs:', 'jobs: [', /./],
  ];
  for (const [what, from, to, expected] of cases)
    it(`finds ${what}`, () => assert.match(found(from, to), expected));
});
