// The matchers in Vitest and in Jest: what passes, what fails, and that a failure shows the explanation.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

const require = createRequire(import.meta.url);
const project = dirname(dirname(new URL(import.meta.url).pathname));

const body = `
const stopped = '{ $.eventName = "StopLogging" && $.errorCode NOT EXISTS }';
test('passes', () => {
  expect(stopped).toMatchEvent({ eventName: 'StopLogging' });
  expect(new FilterPattern(stopped)).not.toMatchEvent('{}');
  expect({ eventName: 'StopLogging' }).toMatchPattern(stopped);
  expect('ERROR').not.toMatchPattern('-ERROR');
  expect(stopped).toPassLint();
  expect('?ERROR').not.toPassLint();
  expect('?ERROR').toPassLint({ allow: ['single-optional-term'] });
  expect(stopped).toBeFilterPattern();
  expect('{ $.a == 1 }').not.toBeFilterPattern();
});
test('fails: event', () => expect(stopped).toMatchEvent({ eventName: 'StopLogging', errorCode: 'AccessDenied' }));
test('fails: not', () => expect('{ $.a = 1 }').not.toMatchEvent({ a: 1 }));
test('fails: lint', () => expect('{ $.a != x || $.a != y }').toPassLint());
test('fails: pattern', () => expect('{ $.a == 1 }').toBeFilterPattern());
`;

const runners = {
  vitest: {
    file: 'matchers.spec.mjs',
    head: "import 'cwfilter/vitest';\nimport { expect, test } from 'vitest';\nimport { FilterPattern } from 'cwfilter';\n",
    program: [join(dirname(require.resolve('vitest/package.json')), 'vitest.mjs'), 'run', '--reporter=verbose'],
  },
  jest: {
    file: 'matchers.spec.cjs',
    head: "require('cwfilter/jest');\nconst { expect, test } = require('@jest/globals');\nconst { FilterPattern } = require('cwfilter');\n",
    program: [join(dirname(require.resolve('jest/package.json')), 'bin/jest.js'), '--testMatch', '**/*.spec.cjs', '--watchman=false', '--verbose'],
  },
};

for (const [name, { file, head, program }] of Object.entries(runners)) {
  test(`${name} has the matchers`, { timeout: 240_000 }, () => {
    const folder = join(project, `matchers-${name}`);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    writeFileSync(join(folder, 'package.json'), '{}');
    writeFileSync(join(folder, file), head + body);
    const { stdout, stderr, status } = spawnSync(process.execPath, program, { cwd: folder, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1', CI: 'true', NODE_OPTIONS: '', NODE_TEST_CONTEXT: '' } });
    const output = `${stdout}\n${stderr}`;
    assert.equal(status, 1, output);
    assert.match(output, /4 failed/, output);
    assert.match(output, /1 passed/, output);
    for (const part of [
      'expected the pattern to match the event',
      '✗ $.errorCode NOT EXISTS    field is there: "AccessDenied"',
      'one clause away: `$.errorCode NOT EXISTS`',
      'expected the pattern not to match the event',
      'decided by: `$.a = 1`',
      'warning[or-of-negations]',
      'suggested fix: { $.a != x && $.a != y }',
      'AWS: Invalid metric filter pattern',
    ]) {
      assert.ok(output.includes(part), `${part}\n\n${output}`);
    }
  });
}
