// Files of log events: containers, damage, and no claim about what was not read.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { PatternSet, readEvents } from 'cwfilter';

const set = new PatternSet({ stopped: '{ $.eventName = "StopLogging" }', any: '{ $.eventName = * }' });
const record = (name, more = {}) => JSON.stringify({ eventVersion: '1.08', eventTime: '2026-03-04T10:15:30Z', eventName: name, ...more });
const two = [record('StopLogging'), record('LookupEvents')];
const delivery = `{"Records":[${two.join(',')}]}`;
const filterLogEvents = JSON.stringify({ events: two.map((message, at) => ({ logStreamName: 's', timestamp: 1700000000000 + at, message, eventId: `e${at}` })) });
const subscription = JSON.stringify({
  messageType: 'DATA_MESSAGE', owner: '123456789012', logGroup: 'trail', logStream: 's', subscriptionFilters: ['f'],
  logEvents: two.map((message, at) => ({ id: `e${at}`, timestamp: 1700000000000 + at, message })),
});
const lambda = JSON.stringify({ awslogs: { data: gzipSync(subscription).toString('base64') } });

const containers = {
  'lines of JSON': two.join('\n'),
  'a delivery file': delivery,
  'a delivery file, gzip': gzipSync(delivery),
  'an answer of filter-log-events': filterLogEvents,
  'a subscription': subscription,
  'an event of Lambda': lambda,
  'an array': `[${two.join(',')}]`,
};

for (const [name, data] of Object.entries(containers)) {
  test(`scan reads ${name}`, () => {
    const { records, hits, errors, damages, skipped } = set.scan(data, { events: true });
    assert.deepEqual([records, errors, damages, skipped], [2, [], 0, []]);
    assert.deepEqual(hits.map(({ record, patterns }) => [record, patterns]), [[1, ['stopped', 'any']], [2, ['any']]]);
    assert.equal(hits[0].eventTime, '2026-03-04T10:15:30Z');
    assert.equal(JSON.parse(hits[0].event).eventName, 'StopLogging');
    const read = readEvents(data);
    assert.deepEqual([read.events.map((event) => event.message), read.errors, read.more], [two, [], false]);
  });
}

test('hits have what the container says', () => {
  const [hit] = set.scan(subscription).hits;
  assert.deepEqual([hit.logGroup, hit.logStream, hit.timestamp, hit.logEventId, hit.event], ['trail', 's', 1700000000000, 'e0', undefined]);
  assert.equal(readEvents(subscription).events[1].timestamp, 1700000000001);
});

const damaged = {
  'a cut line': [`${two[0]}\n{"eventName":\n${two[1]}\n`, 2, /line 2/],
  'a file that is cut off': [delivery.slice(0, -20), 1, /./],
  'a gzip file that is cut off': [gzipSync(delivery).subarray(0, -12), undefined, /./],
  'no evidence at all': [new Uint8Array([0, 1, 2, 3, 255, 254]), 0, /./],
};

for (const [name, [data, records, pattern]] of Object.entries(damaged)) {
  test(`scan says what it did not read: ${name}`, () => {
    const result = set.scan(data);
    assert.ok(result.damages > 0 && result.errors.length > 0, JSON.stringify(result));
    assert.match(result.errors.join('\n'), pattern);
    if (records !== undefined) {
      assert.equal(result.records, records);
    }
    assert.ok(readEvents(data).errors.length > 0);
  });
}

test('lines of text are no "0 matches" of a JSON pattern', () => {
  const { records, hits, errors } = set.scan('one line\nanother line\n');
  assert.deepEqual([records, hits, errors], [2, [], ['2 records are lines of text, which no JSON pattern matches']]);
  assert.equal(new PatternSet({ a: 'line' }).scan('one line\nanother line\n').hits.length, 2);
});

test('the limit is not silent', () => {
  const { events, more } = readEvents(two.join('\n'), { limit: 1 });
  assert.deepEqual([events.length, more], [1, true]);
});

test('what may not be what it was taken for is named', () => {
  const ocsf = { metadata: { product: { name: 'CloudTrail' }, version: '1.1.0' }, class_uid: 3005, category_uid: 3, time: 1, api: { operation: 'StopLogging' } };
  const file = `${JSON.stringify(ocsf)}\n${JSON.stringify(ocsf)}\n`;
  const { doubts, errors } = readEvents(file);
  assert.deepEqual(errors, []);
  assert.match(doubts.join(), /OCSF/);
  assert.match(set.scan(file).errors.join(), /OCSF/);
  assert.deepEqual(readEvents(two.join('\n')).doubts, []);
});

test('damaged places beyond those that are described are counted', () => {
  const { events, errors } = readEvents('{"a":\n{"a":1}\n'.repeat(150));
  assert.deepEqual([events.length, errors.length, errors.at(-1)], [150, 101, 'more damaged places: 50']);
});
