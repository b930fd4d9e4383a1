// `MetricFilter.emit` gives the answers of tests/emit_cases.jsonl, as the program and the package for Python do.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { MetricFilter } from 'cwfilter';
import { root } from './support.mjs';

const rows = readFileSync(join(root, 'tests/emit_cases.jsonl'), 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line));

function answer({ request, missingDimension }) {
  const { filterPattern, metricTransformations, logEvents, account, region, logGroupName, ...settings } = request;
  const filter = new MetricFilter({ pattern: filterPattern, transformation: metricTransformations[0], missingDimension, ...settings });
  const points = logEvents.map(({ timestamp, message }) => filter.emit(message, { timestamp, account, region, logGroup: logGroupName }));
  return points.filter((point) => point !== null).map(({ timestamp, value, unit, dimensions }) => ({ timestamp, value, unit, dimensions }));
}

for (const row of rows) {
  test(row.id, () => {
    const { datapoints, error: exact, error_contains: part } = row.expect;
    if (datapoints !== undefined) {
      assert.deepEqual(answer(row), datapoints);
      return;
    }
    assert.throws(
      () => answer(row),
      (error) => (exact === undefined ? error.message.includes(part) : error.awsMessage === exact),
    );
  });
}

test('an event without a time has a datapoint without one', () => {
  const filter = new MetricFilter({ pattern: 'ERROR', transformation: { metricNamespace: 'App', metricName: 'M', metricValue: 1 } });
  assert.deepEqual(filter.emit('ERROR'), { namespace: 'App', name: 'M', value: 1, unit: 'None', dimensions: {} });
});

test('settings that do not exist are refused', () => {
  const transformation = { metricNamespace: 'App', metricName: 'M', metricValue: 1 };
  assert.throws(() => new MetricFilter({ pattern: 'ERROR', transformation, missingDimension: 'forget' }), TypeError);
  assert.throws(() => new MetricFilter({ pattern: 'ERROR', transformation }).emit('ERROR', { timestamp: 1.5 }), TypeError);
});
