// Events a second of CPU time of the whole process, beside JSON.parse and predicates written by hand: `node bench.mjs [SECONDS]`, in
// the project that `cargo test -p cwfilter-cli --test javascript` leaves in target/tmp/js.

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { FilterPattern, PatternSet } from 'cwfilter';

const [seconds = '2'] = process.argv.slice(2);
const root = process.env.CWFILTER_ROOT ?? new URL('../..', import.meta.url).pathname;

/** CloudTrail records, always the same: those of the CIS rules' tests, most of them with another event name, and an id each. */
function records(count) {
  const folder = join(root, 'patterns/cis-aws/events');
  const originals = readdirSync(folder).sort().map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')));
  const names = ['GetObject', 'DescribeInstances', 'AssumeRole', 'PutObject', 'Decrypt', 'ListBuckets', 'LookupEvents', 'GetCallerIdentity'];
  let seed = 1;
  const below = (bound) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return (seed >>> 8) % bound;
  };
  return Array.from({ length: count }, () => {
    const record = { ...originals[below(originals.length)], eventID: `00000000-0000-4000-8000-${String(below(1e9)).padStart(12, '0')}` };
    if (below(10) > 0) {
      record.eventName = names[below(names.length)];
    }
    return JSON.stringify(record);
  });
}

const lines = records(5000);
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
  const used = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  };
  let passes = 0;
  const started = used();
  while (used() - started < Number(seconds)) {
    pass();
    passes += 1;
  }
  const rate = (passes * events.length) / (used() - started);
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
