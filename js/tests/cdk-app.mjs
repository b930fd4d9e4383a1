// A CDK app: a trail's log group with alarms' filters, and a service with a subscription.

import { App, CfnParameter, Fn, Stack, aws_iam as iam, aws_kinesis as kinesis, aws_logs as logs, aws_logs_destinations as destinations } from 'aws-cdk-lib';

/** The app; `outdir` is where `synth` writes it. */
export function app(outdir) {
  const app = new App({ outdir });
  const stack = new Stack(app, 'Watch', { env: { account: '123456789012', region: 'eu-west-1' } });
  const trail = new logs.LogGroup(stack, 'Trail');
  trail.addMetricFilter('RootUsage', {
    filterPattern: logs.FilterPattern.all(
      logs.FilterPattern.stringValue('$.userIdentity.type', '=', 'Root'),
      logs.FilterPattern.notExists('$.userIdentity.invokedBy'),
    ),
    metricNamespace: 'Security',
    metricName: 'RootUsage',
    defaultValue: 0,
  });
  trail.addMetricFilter('Refused', {
    filterPattern: logs.FilterPattern.any(
      logs.FilterPattern.stringValue('$.errorCode', '=', '*UnauthorizedOperation'),
      logs.FilterPattern.stringValue('$.errorCode', '=', 'AccessDenied*'),
    ),
    metricNamespace: 'Security',
    metricName: 'Refused',
    metricValue: '1',
    dimensions: { Region: '$.awsRegion' },
  });

  const service = new logs.LogGroup(stack, 'Service');
  service.addMetricFilter('Latency', {
    filterPattern: logs.FilterPattern.spaceDelimited('ip', '...', 'status', 'ms').whereNumber('status', '>=', 500),
    metricNamespace: 'Web',
    metricName: 'Latency',
    metricValue: '$ms',
    unit: 'Milliseconds',
  });
  const stream = new kinesis.Stream(stack, 'Stream');
  service.addSubscriptionFilter('ToStream', {
    destination: new destinations.KinesisDestination(stream, { role: new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('logs.amazonaws.com') }) }),
    filterPattern: logs.FilterPattern.anyTerm('ERROR', 'FATAL'),
  });
  new logs.CfnAccountPolicy(stack, 'Everything', {
    policyName: 'everything',
    policyType: 'SUBSCRIPTION_FILTER_POLICY',
    scope: 'ALL',
    policyDocument: JSON.stringify({ DestinationArn: 'arn:aws:kinesis:eu-west-1:123456789012:stream/all', FilterPattern: '"task timed out"' }),
  });
  return { app, stack };
}

/** A stack whose filters have one mistake each. */
export function mistakes() {
  const stack = new Stack(new App(), 'Mistakes');
  const group = new logs.LogGroup(stack, 'Group');
  const add = (id, text, more) =>
    group.addMetricFilter(id, { filterPattern: logs.FilterPattern.literal(text), metricNamespace: 'App', metricName: id, ...more });
  add('TwoEquals', '{ $.level == "ERROR" }');
  add('Always', '{ $.eventName != "GetObject" || $.eventName != "PutObject" }');
  add('Words', 'ERROR', { metricValue: 'many' });
  const word = new CfnParameter(stack, 'Word', { default: 'ERROR' });
  add('AtDeployment', word.valueAsString);
  add('Joined', Fn.join('', ['"', Stack.of(stack).region, '"']));
  return stack;
}
