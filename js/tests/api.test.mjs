// The package as a caller sees it: places, wrong arguments, memory.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { FilterPattern, MetricFilter, MetricFilterError, PatternError, PatternSet, compare, lint, readEvents, version } from 'cwfilter';

function thrown(run, type) {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof type, `${error?.stack}`);
    return error;
  }
  assert.fail('nothing was thrown');
}

test('kinds and layout', () => {
  const kinds = { '': 'everything', 'ERROR -timeout': 'terms', '%a+%': 'regex', '{$.a=1}': 'json', '[a, b]': 'space' };
  for (const [text, kind] of Object.entries(kinds)) {
    assert.equal(new FilterPattern(text).kind, kind);
  }
  const pattern = new FilterPattern('{$.a=1}');
  assert.equal(pattern.canonical, '{ $.a = 1 }');
  assert.equal(`${pattern}`, '{$.a=1}');
  assert.equal(JSON.stringify({ pattern }), '{"pattern":"{$.a=1}"}');
  assert.equal(new FilterPattern(pattern).text, pattern.text);
  assert.equal(version(), '0.1.0');
});

test('an event is a text, bytes or an object', () => {
  const pattern = new FilterPattern('{ $.a = "é😀" }');
  const object = { a: 'é😀' };
  const text = JSON.stringify(object);
  const bytes = new TextEncoder().encode(text);
  const padded = new Uint8Array([0, ...bytes, 0]);
  const events = [object, text, bytes, Buffer.from(text), bytes.buffer, new DataView(bytes.buffer), padded.subarray(1, -1)];
  for (const event of events) {
    assert.equal(pattern.matches(event), true, String(event));
  }
  // bytes need not be UTF-8, and a lone surrogate is replaced
  assert.equal(new FilterPattern('ERROR').matches(new Uint8Array([0xff, ...Buffer.from('ERROR')])), true);
  assert.equal(new FilterPattern('ERROR').matches('\ud800 ERROR'), true);
  for (const wrong of [undefined, null, 1, true, 1n, Symbol('x'), () => 1]) {
    thrown(() => pattern.matches(wrong), TypeError);
  }
  thrown(() => pattern.matches({ toJSON: () => undefined }), TypeError);
});

test('places count UTF-16 code units', () => {
  const text = '{ $.name = "é😀" && $.b == 1 }';
  const error = thrown(() => new FilterPattern(text), PatternError);
  assert.deepEqual([text.slice(error.span.start, error.span.end), text.slice(0, error.span.end).at(-2)], ['=', '=']);
  assert.equal(error.help, 'write a single `=`');
  assert.equal(error.awsMessage, 'Invalid metric filter pattern');
  assert.equal(error.filterLogEventsMessage, 'Invalid filter pattern');
  const [, line, mark] = error.message.split('\n');
  assert.equal(line.slice(mark.indexOf('^') - 1, mark.lastIndexOf('^') + 1), '==');
  const [finding] = lint('{ $.n = "é😀" || $.a != x || $.a != y }').filter((it) => it.lint === 'or-of-negations');
  assert.equal('{ $.n = "é😀" || $.a != x || $.a != y }'.slice(finding.others[0].span.start, finding.others[0].span.end), '$.a != x');
  // a steering character does not reach the terminal
  assert.ok(!thrown(() => new FilterPattern('{ \u001b[31m'), PatternError).message.includes('\u001b'));
});

test('a suggestion, and findings with fixes', () => {
  assert.equal(thrown(() => new FilterPattern('user@example.com -healthy'), PatternError).suggestion, '"user@example.com" -healthy');
  const [finding] = lint('?ERROR');
  assert.deepEqual([finding.lint, finding.fix], ['single-optional-term', { applicability: 'safe', pattern: 'ERROR' }]);
  const [refused] = lint('{ $.a == 1 }');
  assert.deepEqual([refused.lint, refused.severity, refused.span], ['refused-pattern', 'error', { start: 7, end: 8 }]);
  assert.deepEqual(lint(new FilterPattern('{ $.a = x }')), []);
});

test('sets', () => {
  const named = { first: '{ $.a = 1 }', second: new FilterPattern('ERROR'), third: '' };
  for (const patterns of [named, new Map(Object.entries(named)), Object.entries(named)]) {
    const set = new PatternSet(patterns);
    assert.equal(set.size, 3);
    assert.deepEqual(set.matches('{"a":1}'), ['first', 'third']);
    assert.deepEqual(set.matches('ERROR'), ['second', 'third']);
    assert.equal(set.matchesAny('x'), true);
    assert.deepEqual([...set.patterns], [['first', '{ $.a = 1 }'], ['second', 'ERROR'], ['third', '']]);
  }
  assert.deepEqual(new PatternSet({}).matches('x'), []);
  const error = thrown(() => new PatternSet({ good: 'A', bad: '{ $.a == 1 }' }), PatternError);
  assert.equal(error.patternName, 'bad');
  assert.ok(error.message.includes('`bad`'));
  thrown(() => new PatternSet([['a', 'A'], ['a', 'B']]), RangeError);
  for (const wrong of [undefined, null, 'ERROR', { a: 1 }, { a: null }]) {
    thrown(() => new PatternSet(wrong), TypeError);
  }
});

test('comparisons', () => {
  const a = '{ $.eventSource = "cloudtrail.amazonaws.com" && $.eventName = StopLogging }';
  const b = '{ $.eventName = StopLogging }';
  assert.equal(compare(a, b).relation, 'implies');
  assert.equal(compare(b, a).relation, 'implied');
  assert.equal(compare(a, b, { domain: 'cloudtrail' }).relation, 'equivalent');
  assert.equal(compare('{ $.a = 1 }', '{ $.a = 2 }').relation, 'disjoint');
  const { witnesses } = compare(a, b);
  assert.deepEqual(witnesses.map(({ matchesA, matchesB }) => [matchesA, matchesB]), [[false, true], [true, true]]);
  for (const { event, matchesA, matchesB } of witnesses) {
    assert.deepEqual([new FilterPattern(a).matches(event), new FilterPattern(b).matches(event)], [matchesA, matchesB]);
  }
  const open = compare('{ $.a = "*a*b*" }', '{ $.a = "*b*c*" }', { steps: 1 });
  assert.equal(open.relation, 'unknown');
  assert.ok(open.reason);
  assert.equal(thrown(() => compare('{', 'x'), PatternError).patternName, 'a');
  thrown(() => compare('a', 'b', { domain: 'moon' }), TypeError);
  thrown(() => compare('a', 'b', { steps: -1 }), TypeError);
});

test('metric filters', () => {
  const transformation = { metricNamespace: 'App', metricName: 'M', metricValue: 1 };
  const filter = new MetricFilter({
    pattern: 'ERROR',
    transformation,
    emitSystemFieldDimensions: ['@aws.region'],
    fieldSelectionCriteria: '@aws.account = "123456789012"',
  });
  const system = { account: '123456789012', region: 'eu-west-1' };
  assert.deepEqual(filter.emit('ERROR', system)?.dimensions, { '@aws.region': 'eu-west-1' });
  assert.equal(filter.emit('ERROR', { ...system, account: '210987654321' }), null);
  assert.equal(filter.emit('x', system), null);
  thrown(() => filter.emit('ERROR', { acount: '1' }), TypeError);
  const refused = thrown(() => new MetricFilter({ pattern: 'ERROR', transformation: { ...transformation, metricValue: 'many' } }), MetricFilterError);
  assert.equal(refused.awsMessage, 'Invalid metric transformation: metric value many must be a valid number');
  thrown(() => new MetricFilter({ pattern: '{', transformation }), PatternError);
  thrown(() => new MetricFilter({ pattern: 'ERROR', transformation, fieldSelectionCriteria: '@aws.moon = "x"' }), MetricFilterError);
  thrown(() => new MetricFilter({ pattern: 'ERROR', transformation: { ...transformation, dimensions: { a: 1 } } }), TypeError);
  const missing = { pattern: '{ $.a = 1 }', transformation: { ...transformation, dimensions: { B: '$.b' } } };
  assert.equal(new MetricFilter(missing).emit({ a: 1 }), null);
  assert.deepEqual(new MetricFilter({ ...missing, missingDimension: 'omit' }).emit({ a: 1 })?.dimensions, {});
});

test('a freed object says so, and its memory is used again', () => {
  const pattern = new FilterPattern('ERROR');
  pattern.free();
  pattern.free();
  assert.match(thrown(() => pattern.matches('ERROR'), Error).message, /freed/);
  for (let at = 0; at < 20_000; at += 1) {
    const one = new FilterPattern(`{ $.a = ${at} }`);
    assert.equal(one.matches({ a: at }), true);
    one.free();
  }
});

test('large events, and a small one afterwards', () => {
  const pattern = new FilterPattern('"the needle" -other');
  const large = 'x'.repeat(20 << 20);
  assert.equal(pattern.matches(large), false);
  assert.equal(pattern.matches(`${large}the needle`), true);
  assert.deepEqual(pattern.explain(`the needle${large}`).matched, true);
  assert.equal(pattern.matches('the needle'), true);
});

test('the copies of import and require understand each other', () => {
  const common = createRequire(import.meta.url)('cwfilter');
  assert.deepEqual(new common.PatternSet({ a: new FilterPattern('ERROR') }).matches('ERROR'), ['a']);
  assert.deepEqual(Object.keys(common).sort(), Object.keys({ FilterPattern, MetricFilter, MetricFilterError, PatternError, PatternSet, compare, lint, readEvents, version }).sort());
});

test('after a call that the module cannot end, objects work again', () => {
  const pattern = new FilterPattern('{ $.a = %x+% && $.b = "y*" }');
  const set = new PatternSet({ a: pattern });
  let failures = 0;
  // near the end of the stack the call fails inside the module
  const deeper = () => {
    try {
      deeper();
    } catch {
      try {
        pattern.explain({ a: 'x', b: 'y' });
      } catch (error) {
        failures += 1;
        if (!/cwfilter could not end a call/.test(error.message)) {
          throw error;
        }
      }
    }
  };
  try {
    deeper();
  } catch {
    failures += 1;
  }
  assert.ok(failures > 0);
  assert.equal(pattern.matches({ a: 'x', b: 'y' }), true);
  assert.deepEqual(set.matches({ a: 'x', b: 'y' }), ['a']);
});

test('an input that is too large is refused', () => {
  assert.match(thrown(() => new FilterPattern('ERROR').matches(new Uint8Array((1 << 30) + 1)), RangeError).message, /parts/);
  assert.equal(new FilterPattern('ERROR').matches('ERROR'), true);
});
