// The filters of a template that the CDK synthesised, ready to check and to test.

import { FilterPattern, MetricFilter, lint } from 'cwfilter';

const METRIC = 'AWS::Logs::MetricFilter';
const SUBSCRIPTION = 'AWS::Logs::SubscriptionFilter';
const POLICY = 'AWS::Logs::AccountPolicy';

/** A template as `Template.toJSON()` returns it, from a `Template`, an object, or a JSON text. */
function resourcesOf(template) {
  const json =
    typeof template === 'string' ? JSON.parse(template) : typeof template?.toJSON === 'function' ? template.toJSON() : template;
  if (json === null || typeof json !== 'object') {
    throw new TypeError('the template is a Template of aws-cdk-lib/assertions, an object, or a JSON text');
  }
  return Object.entries(json.Resources ?? {});
}

/** Why a value of a template is known only when it is deployed; the value itself if it is known. */
function known(value) {
  if (value === null || typeof value !== 'object') {
    return { value };
  }
  if (Array.isArray(value)) {
    const items = value.map(known);
    const open = items.find((item) => item.why !== undefined);
    return open ?? { value: items.map((item) => item.value) };
  }
  const [name, ...more] = Object.keys(value);
  if (more.length === 0 && name === 'Fn::Join' && Array.isArray(value[name])) {
    const [separator, parts] = value[name];
    const items = Array.isArray(parts) ? known(parts) : { why: 'Fn::Join of a list that is known at deployment' };
    return items.why === undefined ? { value: items.value.join(separator) } : items;
  }
  if (more.length === 0 && (name === 'Ref' || name?.startsWith('Fn::'))) {
    return { why: `${JSON.stringify(value)} is known at deployment` };
  }
  const entries = Object.entries(value).map(([key, member]) => [key, known(member)]);
  const open = entries.find(([, member]) => member.why !== undefined);
  return open === undefined ? { value: Object.fromEntries(entries.map(([key, member]) => [key, member.value])) } : open[1];
}

/** A metric filter or a subscription filter of a template. */
export class TemplateFilter {
  #pattern;
  #metrics;

  constructor(logicalId, type, properties, text) {
    this.logicalId = logicalId;
    this.type = type;
    this.properties = properties;
    const { value, why } = text === undefined ? known(properties.FilterPattern) : text;
    this.text = typeof value === 'string' ? value : undefined;
    this.unknown = this.text === undefined ? (why ?? 'FilterPattern is not a text') : undefined;
  }

  #known() {
    if (this.text === undefined) {
      throw new Error(`${this.logicalId}: the pattern is not checked: ${this.unknown}`);
    }
    return this.text;
  }

  /** Throws if AWS refuses the pattern, or if it is not known. */
  get pattern() {
    this.#pattern ??= of(this.logicalId, () => new FilterPattern(this.#known()));
    return this.#pattern;
  }

  /** A metric filter for each transformation; throws if AWS refuses one, or if a member is not known. */
  get metrics() {
    this.#metrics ??= (this.properties.MetricTransformations ?? []).map((transformation) =>
      of(this.logicalId, () => {
        const { value: one, why } = known(transformation);
        if (why !== undefined) {
          throw new Error(`the metric transformation is not checked: ${why}`);
        }
        return new MetricFilter({
          pattern: this.#known(),
          transformation: {
            metricNamespace: one.MetricNamespace,
            metricName: one.MetricName,
            metricValue: one.MetricValue,
            defaultValue: one.DefaultValue === undefined ? undefined : Number(one.DefaultValue),
            unit: one.Unit,
            dimensions: one.Dimensions && Object.fromEntries(one.Dimensions.map(({ Key, Value }) => [Key, Value])),
          },
          emitSystemFieldDimensions: this.properties.EmitSystemFieldDimensions,
          fieldSelectionCriteria: this.properties.FieldSelectionCriteria,
          applyOnTransformedLogs: this.properties.ApplyOnTransformedLogs,
        });
      }),
    );
    return this.#metrics;
  }

  matches(event) {
    return this.pattern.matches(event);
  }

  /** What the filter publishes for an event: an item for each transformation that publishes. */
  emit(event, system) {
    return this.metrics.map((metric) => metric.emit(event, system)).filter((point) => point !== null);
  }

  lint() {
    return of(this.logicalId, () => lint(this.#known()));
  }
}

/** Runs `make`; an error of it names the resource. */
function of(logicalId, make) {
  try {
    return make();
  } catch (error) {
    error.message = error.message.startsWith(`${logicalId}: `) ? error.message : `${logicalId}: ${error.message}`;
    throw error;
  }
}

/** The text of the subscription of a whole account. */
function policyText(properties) {
  const { value, why } = known(properties.PolicyDocument);
  if (why !== undefined) {
    return { why };
  }
  try {
    return { value: (typeof value === 'string' ? JSON.parse(value) : value).FilterPattern };
  } catch (error) {
    return { why: `PolicyDocument is not JSON: ${error.message}` };
  }
}

/** All metric and subscription filters of a template, in its order. */
export function filtersOf(template) {
  const filters = [];
  for (const [logicalId, { Type: type, Properties: properties = {} }] of resourcesOf(template)) {
    if (type === METRIC || type === SUBSCRIPTION) {
      filters.push(new TemplateFilter(logicalId, type, properties));
    } else if (type === POLICY && properties.PolicyType === 'SUBSCRIPTION_FILTER_POLICY') {
      filters.push(new TemplateFilter(logicalId, type, properties, policyText(properties)));
    }
  }
  return filters;
}

export function metricFiltersOf(template) {
  return filtersOf(template).filter((filter) => filter.type === METRIC);
}

export function subscriptionFiltersOf(template) {
  return filtersOf(template).filter((filter) => filter.type !== METRIC);
}

/** Checks every filter of a template. Throws one error that names each problem; returns the filters. */
export function checkTemplate(template, { allow = [], allowUnknown = false, allowNone = false } = {}) {
  const filters = filtersOf(template);
  const problems = filters.length === 0 && !allowNone ? ['the template has no metric filter and no subscription filter'] : [];
  for (const filter of filters) {
    if (filter.text === undefined) {
      if (!allowUnknown) {
        problems.push(`${filter.logicalId}: the pattern is not checked: ${filter.unknown}`);
      }
      continue;
    }
    try {
      void filter.pattern;
      void filter.metrics;
    } catch (error) {
      problems.push(error.message);
      continue;
    }
    for (const finding of filter.lint()) {
      if (finding.severity !== 'note' && !allow.includes(finding.lint)) {
        const help = finding.help === undefined ? '' : `; ${finding.help}`;
        problems.push(`${filter.logicalId}: ${finding.severity}[${finding.lint}]: ${finding.message}${help}`);
      }
    }
  }
  if (problems.length > 0) {
    throw new Error(`${problems.length} problem${problems.length === 1 ? '' : 's'} in the filters of the template\n\n${problems.join('\n\n')}`);
  }
  return filters;
}
