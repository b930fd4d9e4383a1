// What the engine refuses, as errors of JavaScript.

/** A pattern that AWS refuses. */
export class PatternError extends Error {
  constructor(error) {
    const where = error.name === undefined ? '' : ` (in \`${error.name}\`)`;
    super(`${error.message} at character ${error.span[0]}${where}: ${error.help}\n${caret(error.pattern, error.span)}`);
    this.name = 'PatternError';
    this.pattern = error.pattern;
    this.patternName = error.name;
    this.reason = error.message;
    this.span = { start: error.span[0], end: error.span[1] };
    this.help = error.help;
    this.suggestion = error.suggestion;
    this.awsMessage = error.awsMessage;
    this.filterLogEventsMessage = error.filterLogEventsMessage;
  }
}

/** A metric filter that `PutMetricFilter` refuses. */
export class MetricFilterError extends Error {
  constructor({ message, help }) {
    super(help === undefined ? message : `${message} (${help})`);
    this.name = 'MetricFilterError';
    this.awsMessage = message;
  }
}

/** Control characters would move the caret, or steer the terminal. */
function visible(text) {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '·');
}

/** Characters of a pattern that a message shows before and after the mistake. */
const CONTEXT = 60;

/** The pattern and a mark below its mistake. */
function caret(pattern, [start, end]) {
  const from = Math.max(0, start - CONTEXT);
  const shown = visible(pattern.slice(from, end + CONTEXT));
  const mark = '^'.repeat(Math.max(1, Math.min(end, pattern.length) - start));
  return `  ${shown}\n  ${' '.repeat(start - from)}${mark.slice(0, 2 * CONTEXT)}`;
}

export function failure(error) {
  switch (error.kind) {
    case 'pattern':
      return new PatternError(error);
    case 'metric':
      return new MetricFilterError(error);
    case 'set':
      return new RangeError(error.message);
    default:
      return new TypeError(error.message);
  }
}
