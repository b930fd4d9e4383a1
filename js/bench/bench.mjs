// Events a second on one core, beside JSON.parse and predicates written by hand: `node bench.mjs FILE.jsonl [SECONDS]`.

import { readFileSync } from 'node:fs';
import { FilterPattern, PatternSet } from 'cwfilter';

const [file, seconds = '2'] = process.argv.slice(2);
const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
const bytes = lines.map((line) => Buffer.from(line));
const mean = bytes.reduce((sum, line) => sum + line.length, 0) / lines.length;
console.log(`${lines.length} events of ${Math.round(mean)} bytes, Node ${process.version}`);

const text = '{ $.eventName = "ConsoleLogin" && $.errorMessage = "Failed*" }';
const pattern = new FilterPattern(text);
const byHand = (event) => event.eventName === 'ConsoleLogin' && typeof event.errorMessage === 'string' && event.errorMessage.startsWith('Failed');

const texts = {
  refused: '{ $.errorCode = "*UnauthorizedOperation" || $.errorCode = "AccessDenied*" }',
  root: '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }',
  trail: '{ $.eventName = "CreateTrail" || $.eventName = "UpdateTrail" || $.eventName = "DeleteTrail" || $.eventName = "StopLogging" }',
  login: text,
  keys: '{ $.eventSource = "kms.amazonaws.com" && ($.eventName = "DisableKey" || $.eventName = "ScheduleKeyDeletion") }',
};
const set = new PatternSet(texts);
const handmade = {
  refused: (e) => typeof e.errorCode === 'string' && (e.errorCode.endsWith('UnauthorizedOperation') || e.errorCode.startsWith('AccessDenied')),
  root: (e) => e.userIdentity?.type === 'Root' && e.userIdentity.invokedBy === undefined && typeof e.eventType === 'string' && e.eventType !== 'AwsServiceEvent',
  trail: (e) => ['CreateTrail', 'UpdateTrail', 'DeleteTrail', 'StopLogging'].includes(e.eventName),
  login: byHand,
  keys: (e) => e.eventSource === 'kms.amazonaws.com' && (e.eventName === 'DisableKey' || e.eventName === 'ScheduleKeyDeletion'),
};

/** Runs `each` over all events for the time; prints events a second. `each` returns how many patterns match. */
function measure(name, events, each) {
  const pass = () => events.reduce((sum, event) => sum + each(event), 0);
  const hits = pass();
  let passes = 0;
  const started = performance.now();
  while (performance.now() - started < Number(seconds) * 1000) {
    pass();
    passes += 1;
  }
  const rate = (passes * events.length) / ((performance.now() - started) / 1000);
  console.log(`| ${name} | ${Math.round(rate / 1000).toLocaleString('en')},000 | ${hits} |`);
}

console.log('| | events/s | hits |\n|---|---:|---:|');
measure('1 pattern, strings: `pattern.matches`', lines, (line) => Number(pattern.matches(line)));
measure('1 pattern, strings: `JSON.parse` and a predicate', lines, (line) => Number(byHand(JSON.parse(line))));
measure('1 pattern, bytes: `pattern.matches`', bytes, (line) => Number(pattern.matches(line)));
measure('1 pattern, bytes: `JSON.parse` and a predicate', bytes, (line) => Number(byHand(JSON.parse(line.toString()))));
measure('5 patterns, strings: `set.matches`', lines, (line) => set.matches(line).length);
const each = Object.values(handmade);
measure('5 patterns, strings: `JSON.parse` and predicates', lines, (line) => {
  const event = JSON.parse(line);
  return each.reduce((sum, holds) => sum + Number(holds(event)), 0);
});
const whole = Buffer.from(`${lines.join('\n')}\n`);
const scans = Array.from({ length: lines.length }, () => undefined);
let left = 0;
// a scan counts as one event for each line of the file
measure('5 patterns, the whole file: `set.scan`', scans, () => {
  left -= 1;
  if (left > 0) {
    return 0;
  }
  left = lines.length;
  return set.scan(whole).hits.reduce((sum, hit) => sum + hit.patterns.length, 0);
});
