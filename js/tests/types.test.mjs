// The types say what the package does, in a project of ES modules, in one of CommonJS, and in an older one, whose compiler does not read `exports`.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

const require = createRequire(import.meta.url);
const project = dirname(dirname(new URL(import.meta.url).pathname));

const program = `
import { FilterPattern, PatternSet, MetricFilter, PatternError, compare, lint, readEvents, type Finding, type Relation } from 'cwfilter';
import { checkTemplate } from 'cwfilter/cdk';
import { start } from 'cwfilter/manual';
import 'cwfilter/jest';
import { expect } from '@jest/globals';
const pattern: FilterPattern = new FilterPattern('ERROR');
const verdict: boolean = pattern.matches(new Uint8Array()) && pattern.matches({ a: 1 }) && pattern.matches('x');
const columns: Map<string, string> | null = pattern.extract('x');
const parts: readonly { text: string }[] | undefined = pattern.explain('x').tree?.parts;
const names: string[] = new PatternSet({ a: 'A', b: pattern }).matches('A');
const time: string | undefined = new PatternSet(new Map([['a', pattern]])).scan('x').hits[0]?.eventTime;
const findings: Finding[] = lint(pattern);
const relation: Relation = compare('A', pattern, { domain: 'cloudtrail' }).relation;
const value: number | undefined = new MetricFilter({ pattern, transformation: { metricNamespace: 'a', metricName: 'b', metricValue: 1 } }).emit('x')?.value;
const points: number[] = checkTemplate('{}').flatMap((filter) => filter.emit('x').map((point) => point.value));
expect(pattern).toMatchEvent('ERROR');
expect('ERROR').toPassLint({ allow: ['x'] });
try { start(new Uint8Array()); } catch (error) { if (error instanceof PatternError) { error.span.start.toFixed(); } }
// @ts-expect-error: a number is no event
pattern.matches(1);
// @ts-expect-error: a relation that does not exist
const wrong: Relation = 'bigger';
// @ts-expect-error: only the engine makes it
new PatternError();
// @ts-expect-error: a set has names
new PatternSet('ERROR');
export { verdict, columns, parts, names, time, findings, relation, value, points, wrong, readEvents };
`;
const vitest = `
import 'cwfilter/vitest';
import { expect } from 'vitest';
expect('ERROR').toMatchEvent('ERROR');
expect('ERROR').toMatchPattern('ERROR');
// @ts-expect-error: an event is missing
expect('ERROR').toMatchEvent();
`;

/** Compiles files in a folder of their own. */
function compiles(name, files, module, moduleResolution) {
  const folder = join(project, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{}');
  for (const [file, text] of Object.entries(files)) {
    writeFileSync(join(folder, file), text);
  }
  const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc');
  const compilerOptions = { noEmit: true, strict: true, skipLibCheck: true, module, moduleResolution, target: 'es2022', types: [] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: Object.keys(files) }));
  const { stdout, status } = spawnSync(process.execPath, [tsc, '-p', folder], { cwd: folder, encoding: 'utf8' });
  assert.equal(status, 0, stdout);
}

test('the types', { timeout: 240_000 }, () => {
  compiles('types', { 'modules.mts': program, 'common.cts': program, 'vitest.mts': vitest }, 'nodenext', 'nodenext');
});

test('the types in a project as `cdk init` made it with `"module": "commonjs"`', { timeout: 240_000 }, () => {
  compiles('types-older', { 'common.ts': program, 'vitest.ts': vitest }, 'commonjs', 'node10');
});
