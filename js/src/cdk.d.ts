import type { Datapoint, FilterPattern, Finding, LogEvent, MetricFilter, SystemFields } from 'cwfilter';

/** A template: `Template.fromStack(stack)` of `aws-cdk-lib/assertions`, its JSON as an object, or the text of a file. */
export type TemplateLike = { toJSON(): { [key: string]: any } } | { Resources?: { [logicalId: string]: any } } | string;

/** A metric filter or a subscription filter of a template. */
export interface TemplateFilter {
  readonly logicalId: string;
  readonly type: 'AWS::Logs::MetricFilter' | 'AWS::Logs::SubscriptionFilter' | 'AWS::Logs::AccountPolicy';
  readonly properties: Readonly<Record<string, any>>;
  /** The pattern's text; `undefined` if it is known only at deployment. */
  readonly text: string | undefined;
  /** Why the text is not known. */
  readonly unknown: string | undefined;
  /** Throws if AWS refuses the pattern, or if its text is not known. */
  readonly pattern: FilterPattern;
  /** A metric filter for each transformation. Throws if AWS refuses one. */
  readonly metrics: readonly MetricFilter[];
  matches(event: LogEvent): boolean;
  /** What the filter publishes for the event: an item for each transformation that publishes. */
  emit(event: LogEvent, system?: SystemFields): Datapoint[];
  lint(): Finding[];
}

/** All metric and subscription filters of a template, subscriptions of the account included. */
export function filtersOf(template: TemplateLike): TemplateFilter[];
export function metricFiltersOf(template: TemplateLike): TemplateFilter[];
export function subscriptionFiltersOf(template: TemplateLike): TemplateFilter[];

/**
 * Checks every filter of a template: AWS accepts the pattern and the metric transformations, and the linter has no warning.
 * @throws one error that names each problem, also a pattern that cannot be checked, and a template without filters.
 */
export function checkTemplate(
  template: TemplateLike,
  options?: {
    /** Lints that are not counted. */
    allow?: readonly string[];
    /** Patterns that are known only at deployment are no problem. */
    allowUnknown?: boolean;
    /** A template without filters is no problem. */
    allowNone?: boolean;
  },
): TemplateFilter[];
