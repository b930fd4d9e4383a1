// Matchers for `expect`. Vitest and Jest call them in the same way.

import { FilterPattern, PatternError, lint } from 'cwfilter';

/** Events in a message of a failed test are cut to this many characters. */
const SHOWN = 2000;

function shown(event) {
  const text = typeof event === 'string' ? event : event instanceof Uint8Array ? new TextDecoder().decode(event) : JSON.stringify(event, null, 2);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

function verdict(pattern, event) {
  const parsed = new FilterPattern(pattern);
  const why = parsed.explain(event);
  parsed.free();
  return {
    pass: why.matched,
    message: () =>
      `expected the pattern ${why.matched ? 'not ' : ''}to match the event\n\npattern: ${parsed.text}\nevent:   ${shown(event)}\n\n${why.text}`,
  };
}

/** `expect(pattern).toMatchEvent(event)` */
export function toMatchEvent(pattern, event) {
  return verdict(pattern, event);
}

/** `expect(event).toMatchPattern(pattern)` */
export function toMatchPattern(event, pattern) {
  return verdict(pattern, event);
}

function line(finding) {
  const help = finding.help === undefined ? '' : `\n    ${finding.help}`;
  const fix = finding.fix === undefined ? '' : `\n    ${finding.fix.applicability} fix: ${finding.fix.pattern}`;
  return `  ${finding.severity}[${finding.lint}]: ${finding.message}${help}${fix}`;
}

/** `expect(pattern).toPassLint()`; `allow` names lints that are not counted. Notes are not counted. */
export function toPassLint(pattern, { allow = [] } = {}) {
  const found = lint(pattern).filter((finding) => finding.severity !== 'note' && !allow.includes(finding.lint));
  return {
    pass: found.length === 0,
    message: () =>
      found.length === 0
        ? `expected the linter to find something in the pattern: ${pattern}`
        : `expected the linter to find nothing in the pattern: ${pattern}\n\n${found.map(line).join('\n')}`,
  };
}

/** `expect(text).toBeFilterPattern()`: AWS accepts the text. */
export function toBeFilterPattern(text) {
  try {
    new FilterPattern(text).free();
    return { pass: true, message: () => `expected AWS to refuse the pattern: ${text}` };
  } catch (error) {
    if (!(error instanceof PatternError)) {
      throw error;
    }
    return { pass: false, message: () => `expected AWS to accept the pattern\n\n${error.message}\n\nAWS: ${error.awsMessage}` };
  }
}
