// What the tests share: the repository's folder, and the tables of recorded answers.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The repository. */
export const root = process.env.CWFILTER_ROOT ?? new URL('../..', import.meta.url).pathname;

export function table(file) {
  const text = readFileSync(join(root, 'tests/conformance', file), 'utf8');
  return text.trimEnd().split('\n').map((line) => JSON.parse(line));
}

/** Assumed cases that do not hold; the crate's own test reads the same file. */
export function differences() {
  const text = readFileSync(join(root, 'tests/conformance/differences.tsv'), 'utf8');
  return new Set(text.trimEnd().split('\n').map((line) => line.split('\t')[0]));
}
