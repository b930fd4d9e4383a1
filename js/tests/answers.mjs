// Every recorded answer of AWS, asked of the package. It is a module of its own so that Node 18, CommonJS and the browser ask the same.

const MINUTE = 60_000;

/** The start of a minute. */
const START = 20_000 * MINUTE;

/** Checks all rows; returns how many there were of each table, and what failed. */
export function ask({ FilterPattern, MetricFilter, PatternError, MetricFilterError }, { cases, extract, metric, known }) {
  const failures = [];
  const count = { cases: 0, extract: 0, metric: 0, disputed: 0 };
  const fail = (id, why) => failures.push(`${id}: ${why}`);
  for (const row of cases) {
    const why = ofCase(row, FilterPattern, PatternError);
    count.cases += 1;
    if (row.disputed) {
      count.disputed += 1;
    } else if (why !== undefined && !known.has(row.id)) {
      fail(row.id, why);
    }
  }
  for (const row of extract.filter((row) => row.op === 'test_metric_filter')) {
    count.extract += 1;
    const values = new FilterPattern(row.pattern).extract(row.message);
    const found = values && JSON.stringify([...values].sort());
    const expected = JSON.stringify(Object.entries(row.expect.extractedValues).sort());
    if (found !== expected) {
      fail(row.id, `${found} instead of ${expected}`);
    }
  }
  for (const row of metric) {
    const why = ofMetric(row, MetricFilter, MetricFilterError);
    if (why === null) {
      continue;
    }
    count.metric += 1;
    if (why !== undefined) {
      fail(row.id, why);
    }
  }
  return { count, failures };
}

function ofCase(row, FilterPattern, PatternError) {
  let pattern;
  try {
    pattern = new FilterPattern(row.pattern);
  } catch (error) {
    if (!(error instanceof PatternError)) {
      return String(error);
    }
    if (!row.invalid) {
      return `refused: ${error.message}`;
    }
    if (row.error !== undefined && row.error !== error.awsMessage) {
      return `${error.awsMessage} instead of ${row.error}`;
    }
    if (row.error_filter_log_events !== undefined && row.error_filter_log_events !== error.filterLogEventsMessage) {
      return `${error.filterLogEventsMessage} instead of ${row.error_filter_log_events}`;
    }
    return error.help === '' ? 'no help line' : undefined;
  }
  if (row.invalid) {
    return 'accepted';
  }
  const message = row.message ?? '';
  const found = pattern.matches(message);
  const explained = pattern.explain(message).matched;
  pattern.free();
  return found === row.match && explained === found ? undefined : `matches ${found}, explained ${explained}, expected ${row.match}`;
}

function same(found, expected) {
  const sorted = (value) =>
    value && { value: value.value, unit: value.unit, dimensions: Object.entries(value.dimensions).sort() };
  return JSON.stringify(sorted(found)) === JSON.stringify(sorted(expected));
}

function ofMetric(row, MetricFilter, MetricFilterError) {
  if (row.transformation === undefined) {
    // one transformation is what the class takes
    return null;
  }
  let filter;
  try {
    const { pattern, transformation, emitSystemFieldDimensions } = row;
    filter = new MetricFilter({ pattern, transformation, emitSystemFieldDimensions });
  } catch (error) {
    if (!(error instanceof MetricFilterError)) {
      return String(error);
    }
    const { error: exact, error_contains: part } = row.expect;
    return error.awsMessage === exact || (part !== undefined && error.awsMessage.includes(part)) ? undefined : error.awsMessage;
  }
  if (row.op === 'put_metric_filter') {
    return row.expect.ok === true ? undefined : 'accepted';
  }
  if (row.op === 'emit') {
    const found = filter.emit(row.message);
    return same(found, row.expect.datapoint) ? undefined : JSON.stringify(found);
  }
  if (row.op === 'emit_series') {
    const found = row.events.map(({ offset_min: minute, message }) => filter.emit(message, { timestamp: START + minute * MINUTE + 59_999 }));
    const shown = JSON.stringify(found.map(({ timestamp, value }) => [timestamp, value]));
    const expected = JSON.stringify(row.expect.points.map(({ offset_min: minute, value }) => [START + minute * MINUTE, value]));
    return shown === expected ? undefined : `${shown} instead of ${expected}`;
  }
  const values = row.messages.map((message) => filter.emit(message)).filter((point) => point !== null);
  const sum = values.reduce((sum, point) => sum + point.value, 0);
  return sum === row.expect.sum && values.length === row.expect.sampleCount ? undefined : `${values.length} values, sum ${sum}`;
}
