import type { FilterPattern, LogEvent } from 'cwfilter';

/** The matchers that `cwfilter/vitest` and `cwfilter/jest` add to `expect`. */
export interface CwfilterMatchers<R = unknown> {
  /** The pattern matches the event; a failure shows the explanation. */
  toMatchEvent(event: LogEvent): R;
  /** The event matches the pattern; a failure shows the explanation. */
  toMatchPattern(pattern: string | FilterPattern): R;
  /** The linter finds no warning and no error in the pattern. */
  toPassLint(options?: { /** Lints that are not counted. */ allow?: readonly string[] }): R;
  /** AWS accepts the text as a filter pattern. */
  toBeFilterPattern(): R;
}
