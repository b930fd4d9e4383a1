/**
 * Amazon CloudWatch Logs filter patterns, as AWS reads them.
 *
 * @example
 * import { FilterPattern } from 'cwfilter';
 * const pattern = new FilterPattern('{ $.eventName = "ConsoleLogin" && $.errorMessage = "Failed*" }');
 * pattern.matches({ eventName: 'ConsoleLogin', errorMessage: 'Failed authentication' }); // true
 */

/** The message of a log event: its text or bytes, or an object, whose message is its JSON. */
export type LogEvent = string | Uint8Array | ArrayBuffer | ArrayBufferView | object;

/** A part of a pattern: `text.slice(start, end)`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The kind of a pattern: `""`, `ERROR -timeout`, `%regex%`, `{ $.a = 1 }`, or `[ip, ..., status = 4*]`. */
export type PatternKind = 'everything' | 'terms' | 'regex' | 'json' | 'space';

/** A filter pattern. It is immutable. */
export class FilterPattern {
  /** @throws {PatternError} if AWS refuses the pattern. */
  constructor(text: string | FilterPattern);
  /** The pattern as it was written. */
  readonly text: string;
  readonly kind: PatternKind;
  /** The same pattern in a uniform layout. */
  readonly canonical: string;
  /** Whether the pattern matches the event. */
  matches(event: LogEvent): boolean;
  /**
   * What `TestMetricFilter` extracts: a value for each column (`$ip`, `$1`) of a space-delimited pattern, nothing for the other kinds.
   * `null` if the event does not match.
   */
  extract(event: LogEvent): Map<string, string> | null;
  /** Why the pattern matches the event, or why it does not. */
  explain(event: LogEvent): Explanation;
  /** Frees the memory of the pattern now. Without this call the garbage collector frees it. */
  free(): void;
  toString(): string;
  toJSON(): string;
}

/** A clause of a pattern and its outcome. */
export interface Clause {
  /** Its text; `&&` or `||` for a clause with parts. */
  readonly text: string;
  readonly holds: boolean;
  /** The value that decided it; empty if there is none. */
  readonly found: string;
  /** Whether the opposite outcome of this clause would change the verdict. */
  readonly decides: boolean;
  /** Whether it cannot change the verdict, such as `?` terms beside a required term. */
  readonly ignored: boolean;
  readonly parts: readonly Clause[];
}

/** Why a pattern matches an event, or does not. `String(explanation)` is a tree for a terminal. */
export interface Explanation {
  readonly pattern: string;
  readonly matched: boolean;
  /** Why no clause was evaluated, for example because the event is not a JSON object; otherwise `null`. */
  readonly reason: string | null;
  /** `null` if no clause was evaluated. */
  readonly tree: Clause | null;
  /** Each of these clauses alone decides the verdict. */
  readonly deciding: readonly string[];
  readonly text: string;
  toString(): string;
}

/** Names and patterns. */
export type Patterns = Readonly<Record<string, string | FilterPattern>> | Iterable<readonly [string, string | FilterPattern]>;

/** Many patterns over each event: an event is read once, however many patterns there are. */
export class PatternSet {
  /**
   * @throws {PatternError} if AWS refuses a pattern; `patternName` says which.
   * @throws {RangeError} if two patterns have one name, or the set is too large.
   */
  constructor(patterns: Patterns);
  /** The number of patterns. */
  readonly size: number;
  /** The patterns by name, in order. */
  readonly patterns: ReadonlyMap<string, string>;
  /** The names of the patterns that match the event, in order. */
  matches(event: LogEvent): string[];
  /** Whether any pattern matches the event. */
  matchesAny(event: LogEvent): boolean;
  /**
   * Matches every record of a file of log events: NDJSON, delivery files of CloudTrail, exports, answers of the AWS CLI, payloads of
   * subscriptions, CSV, lines of text; plain, gzip, Zstandard, zip or tar. What was not read is in `errors`: an empty `hits` means "no
   * match" only if `errors` is empty.
   */
  scan(data: string | Uint8Array | ArrayBuffer | ArrayBufferView, options?: ScanOptions): ScanResult;
  /** Frees the memory of the set now. Without this call the garbage collector frees it. */
  free(): void;
}

export interface ScanOptions {
  /** Whether hits have the text of their events. */
  events?: boolean;
}

/** What a file came to. */
export interface ScanResult {
  /** How many records were read. */
  readonly records: number;
  readonly hits: readonly Hit[];
  /** A line for each place that was not read, and one for records that no pattern of the set can match. */
  readonly errors: readonly string[];
  /** How many places were not read; at most 100 of them are described in `errors`. */
  readonly damages: number;
  /** What was read and is not a log event, such as digest files. */
  readonly skipped: readonly string[];
}

/** A record that some patterns match. Members that the record does not have are missing. */
export interface Hit {
  /** The record's number in the file, from 1. */
  readonly record: number;
  /** The names of the patterns that match. */
  readonly patterns: readonly string[];
  readonly eventTime?: string;
  readonly eventSource?: string;
  readonly eventName?: string;
  readonly who?: string;
  readonly invokedBy?: string;
  readonly sourceIPAddress?: string;
  readonly awsRegion?: string;
  readonly account?: string;
  readonly errorCode?: string;
  readonly userAgent?: string;
  readonly eventID?: string;
  readonly logGroup?: string;
  readonly logStream?: string;
  /** The time of the log event, in milliseconds since 1970. */
  readonly timestamp?: number;
  readonly logEventId?: string;
  /** The record's text, with `{ events: true }`. Bytes that are not UTF-8 are replaced. */
  readonly event?: string;
}

/** The log events of a file, whatever its container: see {@link PatternSet.scan}. */
export function readEvents(
  data: string | Uint8Array | ArrayBuffer | ArrayBufferView,
  options?: { /** The maximum number of events; 1000 by default. */ limit?: number },
): ReadEvents;

export interface ReadEvents {
  readonly events: readonly { readonly message: string; readonly timestamp?: number }[];
  /** Whether the file has more events than the limit. */
  readonly more: boolean;
  /** A line for each place that was not read. */
  readonly errors: readonly string[];
  /** Why the events may not be what they were taken for, such as records in another vendor's form. */
  readonly doubts: readonly string[];
  readonly skipped: readonly string[];
}

/** AWS's `MetricTransformation`. */
export interface MetricTransformation {
  metricNamespace: string;
  metricName: string;
  /** A number, a selector (`$.latency`), or a column (`$status`). */
  metricValue: string | number;
  /** Published for each event that does not match. */
  defaultValue?: number;
  unit?: string;
  /** From the name to the selector or column of the value. */
  dimensions?: Readonly<Record<string, string>>;
}

export interface MetricFilterSettings {
  pattern: string | FilterPattern;
  transformation: MetricTransformation;
  emitSystemFieldDimensions?: readonly string[];
  fieldSelectionCriteria?: string;
  /** No log transformer is modelled: such a filter publishes nothing. */
  applyOnTransformedLogs?: boolean;
  /**
   * A matching event without the field of a dimension publishes nothing (`drop`), a datapoint without the dimension (`omit`), or is a
   * `TypeError` (`error`). What AWS does was not observed.
   */
  missingDimension?: 'drop' | 'omit' | 'error';
}

/** Where and when a log event is from. */
export interface SystemFields {
  /** Milliseconds since 1970. */
  timestamp?: number;
  account?: string;
  region?: string;
  logGroup?: string;
}

/** What a metric filter publishes for one event. */
export interface Datapoint {
  readonly namespace: string;
  readonly name: string;
  /** The minute of the event's timestamp, in milliseconds since 1970, if `emit` was given one. */
  readonly timestamp?: number;
  readonly value: number;
  readonly unit: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** A metric filter that `PutMetricFilter` accepts. */
export class MetricFilter {
  /**
   * @throws {PatternError} if AWS refuses the pattern.
   * @throws {MetricFilterError} if AWS refuses the transformation, in AWS's words.
   */
  constructor(settings: MetricFilterSettings);
  readonly pattern: string;
  readonly transformation: Readonly<MetricTransformation>;
  /**
   * What the filter publishes for the event; `null` if it publishes nothing.
   * @throws {TypeError} if the field selection criteria need an account or a region that `system` does not have.
   */
  emit(event: LogEvent, system?: SystemFields): Datapoint | null;
  /** Frees the memory of the filter now. Without this call the garbage collector frees it. */
  free(): void;
}

export type Severity = 'note' | 'warning' | 'error';

/** A mistake in a pattern. */
export interface Finding {
  /** The lint's name, such as `or-of-negations`; `refused-pattern` for a pattern that AWS refuses. */
  readonly lint: string;
  readonly severity: Severity;
  readonly message: string;
  readonly span: Span;
  /** The remark on the span; may be empty. */
  readonly label: string;
  readonly help?: string;
  readonly fix?: Fix;
  /** Other places that explain it. */
  readonly others: readonly { readonly span: Span; readonly label: string }[];
}

export interface Fix {
  /** A safe fix matches the same events; a suggested one matches those that were likely meant. */
  readonly applicability: 'safe' | 'suggested';
  /** The whole new pattern. */
  readonly pattern: string;
}

/** What a pattern really means, where that is likely not what was meant. A pattern that AWS refuses has one finding, the refusal. */
export function lint(pattern: string | FilterPattern): Finding[];

/**
 * The relation of two patterns, proved: `implies` if B matches every event that A matches, and more; `implied` for the opposite;
 * `unknown` if the proof needs more steps, which `reason` says.
 */
export type Relation = 'equivalent' | 'implies' | 'implied' | 'incomparable' | 'disjoint' | 'unknown';

export interface Comparison {
  readonly relation: Relation;
  /** The events that the relation is about. */
  readonly domain: Domain;
  /** Whether there are such events; `null` if it is not known. */
  readonly exists: { readonly onlyA: boolean | null; readonly onlyB: boolean | null; readonly both: boolean | null };
  /** Events that show it: at most three, for only A, only B, and both. */
  readonly witnesses: readonly { readonly event: string; readonly matchesA: boolean; readonly matchesB: boolean }[];
  /** Why a question is open. */
  readonly reason?: string;
}

/** All messages, or CloudTrail records only. */
export type Domain = 'json' | 'cloudtrail';

/** Compares what two patterns match. */
export function compare(
  a: string | FilterPattern,
  b: string | FilterPattern,
  options?: { domain?: Domain; /** The limit of the proof; 200,000 by default. */ steps?: number },
): Comparison;

/** A pattern that AWS refuses. */
export class PatternError extends Error {
  private constructor();
  readonly pattern: string;
  /** The pattern's name in a set. */
  readonly patternName?: string;
  /** What is wrong, without the place. */
  readonly reason: string;
  readonly span: Span;
  /** What to write instead. */
  readonly help: string;
  /** The pattern that was likely meant, if quotes repair it. */
  readonly suggestion?: string;
  /** What `PutMetricFilter` and `TestMetricFilter` answer. */
  readonly awsMessage: string;
  /** What `FilterLogEvents` answers. */
  readonly filterLogEventsMessage: string;
}

/** A metric filter that `PutMetricFilter` refuses. */
export class MetricFilterError extends Error {
  private constructor();
  readonly awsMessage: string;
}

/** The version of the engine. */
export function version(): string;
