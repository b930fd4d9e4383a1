// The README's examples print what the README says.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { root } from './support.mjs';

const require = createRequire(import.meta.url);
const project = dirname(dirname(new URL(import.meta.url).pathname));
const page = readFileSync(join(root, 'js/README.md'), 'utf8');
const blocks = [...page.matchAll(/```(js[ \w]*)\n([\s\S]*?)```(?:\n\n```text\n([\s\S]*?)```)?/g)].map(([, kind, code, output]) => ({ kind, code, output }));

test('there are examples', () => {
  assert.deepEqual(blocks.map((block) => block.kind), ['js', 'js', 'js', 'js', 'js vitest', 'js cdk']);
});

test('what the examples import is in the lines that install it', () => {
  const lines = [...page.matchAll(/^npm install (.*)$/gm)].flatMap(([, words]) => words.split(' '));
  const imported = blocks.flatMap(({ code }) => [...code.matchAll(/^import .*?'(@[^'/]+\/[^'/]+|[^'/]+)/gm)].map(([, name]) => name));
  assert.ok(imported.length >= blocks.length);
  assert.deepEqual(imported.filter((name) => !lines.includes(name)), []);
});

blocks.forEach(({ kind, code, output }, at) => {
  test(`example ${at + 1}: ${kind}`, { timeout: 240_000 }, () => {
    const file = join(project, `readme-${at + 1}.${kind === 'js vitest' ? 'spec.mjs' : 'mjs'}`);
    writeFileSync(file, code);
    const runner = join(dirname(require.resolve('vitest/package.json')), 'vitest.mjs');
    const program = kind === 'js vitest' ? [runner, 'run', file] : [file];
    const env = { ...process.env, NO_COLOR: '1', NODE_OPTIONS: '', NODE_TEST_CONTEXT: '' };
    const { stdout, stderr, status } = spawnSync(process.execPath, program, { cwd: project, encoding: 'utf8', env });
    assert.equal(status, 0, stdout + stderr);
    if (kind !== 'js vitest') {
      assert.equal(stdout, output);
    }
  });
});
