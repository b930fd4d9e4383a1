// The module itself, as a host of another language calls it (docs/wasm.md): instruction sets, numbers that are no objects.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { FilterPattern } from 'cwfilter';
import { table } from './support.mjs';

const file = createRequire(import.meta.url).resolve('cwfilter/cwfilter.wasm');
const compiled = new WebAssembly.Module(readFileSync(file));

function instance() {
  const { exports: wasm } = new WebAssembly.Instance(compiled, {});
  const put = (value) => {
    const bytes = Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
    // the memory may grow, so its buffer is asked for afterwards
    const address = wasm.cwfilter_input(bytes.length);
    new Uint8Array(wasm.memory.buffer, address, bytes.length).set(bytes);
    return bytes.length;
  };
  const output = (length) => JSON.parse(Buffer.from(wasm.memory.buffer, wasm.cwfilter_output(), length).toString());
  const call = (request) => output(wasm.cwfilter_call(put(request)));
  return { wasm, put, output, call };
}

test('the module imports nothing', () => {
  assert.deepEqual(WebAssembly.Module.imports(compiled), []);
});

test('SIMD128 and the portable path agree', () => {
  const { wasm, put, output, call } = instance();
  assert.deepEqual(call({ op: 'version' }).ok.instructionSets, ['portable', 'simd128']);
  const accepted = (text) => {
    try {
      new FilterPattern(text).free();
      return true;
    } catch {
      return false;
    }
  };
  const rows = table('cases.jsonl');
  const patterns = [...new Set(rows.map((row) => row.pattern))].filter(accepted).map((text, at) => [String(at), text]);
  const [portable, simd] = ['portable', 'simd128'].map((instructions) => call({ op: 'set', patterns, instructions }).ok.object);
  const messages = [...new Set(rows.map((row) => row.message ?? ''))];
  // the events of the table in every place of a block of 64 bytes, and damaged ones
  const padded = messages.flatMap((text, at) => [text, `{"pad":"${'x'.repeat(at % 67)}\\"","in":${text}}`, text.slice(at % 7)]);
  let hits = 0;
  for (const message of padded) {
    const found = [portable, simd].map((object) => {
      const count = wasm.cwfilter_set_matches(object, put(message));
      return Buffer.from(wasm.memory.buffer, wasm.cwfilter_output(), 4 * count).toString('hex');
    });
    assert.equal(found[1], found[0], message);
    hits += found[0].length / 8;
  }
  assert.ok(hits > 10_000, `${hits} hits`);
  const lines = padded.map((text) => text.replaceAll('\n', ' ')).join('\n');
  const scanned = [portable, simd].map((object) => output(wasm.cwfilter_scan(object, put(lines), 0)));
  assert.deepEqual(scanned[1], scanned[0]);
});

test('a number that is no object is an answer, not a trap', () => {
  const { wasm, put, output, call } = instance();
  const pattern = call({ op: 'pattern', text: 'ERROR' }).ok.object;
  for (const number of [pattern + 1, 0xffffffff]) {
    const length = put('ERROR');
    assert.equal(wasm.cwfilter_matches(number, length), -1);
    assert.equal(wasm.cwfilter_set_matches(number, length), -1);
    const calls = [wasm.cwfilter_extract, wasm.cwfilter_explain, (...args) => wasm.cwfilter_emit(...args, 0), (...args) => wasm.cwfilter_scan(...args, 0)];
    for (const ask of calls) {
      assert.equal(output(ask(number, length)).error.kind, 'request');
    }
  }
  assert.equal(wasm.cwfilter_set_matches(pattern, put('ERROR')), -1);
  assert.equal(wasm.cwfilter_matches(pattern, 0xffffffff), 1, 'a length beyond the input is the input');
  call({ op: 'free', object: pattern });
  call({ op: 'free', object: pattern });
  assert.equal(wasm.cwfilter_matches(pattern, 5), -1);
  assert.equal(call({ op: 'version' }).ok.objects, 0);
});

test('a wrong request is an error with a reason', () => {
  const { call } = instance();
  for (const request of ['', '{', '[]', {}, { op: 'moon' }, { op: 'pattern' }, { op: 'pattern', text: 1 }, { op: 'lint', text: 'a', more: 1 }]) {
    const { error } = call(request);
    assert.equal(error?.kind, 'request', JSON.stringify(request));
    assert.ok(error.message.length > 0);
  }
});
