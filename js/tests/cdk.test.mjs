// The filters of a real CDK app, synthesised with aws-cdk-lib.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Template } from 'aws-cdk-lib/assertions';
import { checkTemplate, filtersOf, metricFiltersOf, subscriptionFiltersOf } from 'cwfilter/cdk';
import { app, mistakes } from './cdk-app.mjs';

const folder = mkdtempSync(join(tmpdir(), 'cwfilter-cdk-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const { app: watch, stack } = app(folder);
watch.synth();
const file = readFileSync(join(folder, 'Watch.template.json'), 'utf8');

const templates = { 'a Template': Template.fromStack(stack), 'the text of the file': file, 'an object': JSON.parse(file) };

for (const [name, template] of Object.entries(templates)) {
  test(`the filters of ${name}`, () => {
    const filters = checkTemplate(template);
    assert.deepEqual(filters.map((filter) => filter.text), [
      '{ ($.userIdentity.type = "Root") && ($.userIdentity.invokedBy NOT EXISTS) }',
      '{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }',
      '[ip, ..., status >= 500, ms]',
      '?"ERROR" ?"FATAL"',
      '"task timed out"',
    ]);
    assert.equal(metricFiltersOf(template).length, 3);
    assert.equal(subscriptionFiltersOf(template).length, 2);
    const [root, refused, latency, toStream, everything] = filters;
    assert.match(root.logicalId, /^TrailRootUsage/);
    assert.deepEqual(root.emit({ userIdentity: { type: 'Root' } }).map((point) => point.value), [1]);
    assert.deepEqual(root.emit({ userIdentity: { type: 'IAMUser' } }).map((point) => point.value), [0]);
    const [point] = refused.emit({ errorCode: 'AccessDeniedException', awsRegion: 'eu-west-1' });
    assert.deepEqual([point.name, point.dimensions], ['Refused', { Region: 'eu-west-1' }]);
    assert.deepEqual(latency.emit('10.0.0.1 GET /x 503 87').map(({ value, unit }) => [value, unit]), [[87, 'Milliseconds']]);
    assert.deepEqual(latency.emit('10.0.0.1 GET /x 200 87'), []);
    assert.deepEqual(['ERROR', 'FATAL', 'INFO'].map((event) => toStream.matches(event)), [true, true, false]);
    assert.equal(everything.matches('task timed out after 3 s'), true);
  });
}

test('every mistake is named in one error', () => {
  const template = Template.fromStack(mistakes());
  let message = '';
  try {
    checkTemplate(template);
  } catch (error) {
    message = error.message;
  }
  assert.match(message, /^5 problems in the filters of the template/);
  for (const part of [
    /GroupTwoEquals\w*: expected a value, found `=` at character 11: write a single `=`\n  \{ \$\.level == \"ERROR\" \}\n {13}\^/,
    /GroupAlways\w*: warning\[or-of-negations\]/,
    /GroupWords\w*: Invalid metric transformation: metric value many must be a valid number/,
    /GroupAtDeployment\w*: the pattern is not checked: \{"Ref":"Word"\} is known at deployment/,
    /GroupJoined\w*: the pattern is not checked: \{"Ref":"AWS::Region"\} is known at deployment/,
  ]) {
    assert.match(message, part);
  }
  const allowed = () => checkTemplate(template, { allow: ['or-of-negations'], allowUnknown: true });
  assert.throws(allowed, /^Error: 2 problems/);
  const unknown = filtersOf(template).find((filter) => filter.text === undefined);
  for (const ask of [() => unknown.matches('x'), () => unknown.lint(), () => unknown.emit('x')]) {
    assert.throws(ask, /not checked/);
  }
});

test('a template without filters is a problem', () => {
  assert.throws(() => checkTemplate({ Resources: {} }), /no metric filter and no subscription filter/);
  assert.deepEqual(checkTemplate({}, { allowNone: true }), []);
  for (const wrong of [undefined, null, 1]) {
    assert.throws(() => filtersOf(wrong), TypeError);
  }
});

test('texts that Fn::Join puts together from texts are known', () => {
  const pattern = { 'Fn::Join': ['', ['{ $.a = ', '"x" }']] };
  const template = { Resources: { A: { Type: 'AWS::Logs::SubscriptionFilter', Properties: { FilterPattern: pattern } } } };
  assert.equal(checkTemplate(template)[0].text, '{ $.a = "x" }');
  const bare = { Resources: { A: { Type: 'AWS::Logs::SubscriptionFilter' } } };
  assert.throws(() => checkTemplate(bare), /FilterPattern is not a text/);
});
