// What can be loaded: the mistakes of the README, patterns of each kind, and the CIS rules with the events of their tests.

/** `CIS` is put in by build.mjs: the rules of patterns/cis-aws and the events of their tests. */
const cis = CIS;

const lines = (...events) => events.map((event) => (typeof event === 'string' ? event : JSON.stringify(event))).join('\n');

const login = { eventName: 'ConsoleLogin', eventSource: 'signin.amazonaws.com', sourceIPAddress: '203.0.113.7' };

const mistakes = [
  {
    name: 'Not equal, and the field is missing',
    a: '{ $.errorCode != "AccessDenied" }',
    events: lines({ eventName: 'GetObject' }, { eventName: 'GetObject', errorCode: 'AccessDenied' }, { eventName: 'GetObject', errorCode: 'NoSuchKey' }),
  },
  {
    name: 'CIS 1.4, as it is published: nearly every event',
    a: '{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") || ($.sourceIPAddress!="delivery.logs.amazonaws.com") || ($.eventName!="HeadBucket") }',
    events: lines(login, { ...login, errorCode: 'AccessDenied' }, { eventName: 'HeadBucket', sourceIPAddress: 'delivery.logs.amazonaws.com' }),
  },
  {
    name: 'Optional terms beside another term',
    a: '?ERROR ?FATAL -debug',
    events: lines('ERROR: disk full', 'INFO: all is well', 'ERROR in debug mode'),
    mode: 'lines',
  },
  {
    name: 'A boolean compared as a text',
    a: '{ $.user.id = true }',
    events: lines({ user: { id: true } }, { user: { id: 'true' } }, { user: {} }),
  },
];

const kinds = [
  {
    name: 'Conditions on JSON: a failed sign-in',
    a: '{ $.eventName = "ConsoleLogin" && $.errorMessage = "Failed*" }',
    events: lines({ ...login, errorMessage: 'Failed authentication' }, login, { eventName: 'GetObject' }),
  },
  {
    name: 'Columns: client errors of a web server',
    a: '[ip, identity, user, timestamp, request, status = 4*, bytes]',
    events: lines(
      '127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534',
      '127.0.0.1 - frank [10/Oct/2000:13:35:22 -0700] "GET /about.html HTTP/1.0" 200 512',
    ),
    mode: 'lines',
  },
  { name: 'Terms: errors without time-outs', a: 'ERROR -"timed out"', events: lines('ERROR: disk full', 'ERROR: timed out', 'NOERRORS'), mode: 'lines' },
  { name: 'A regular expression', a: '%5\\d\\d ms%', events: lines('took 512 ms', 'took 12 ms'), mode: 'lines' },
  { name: 'A mistake with a fix: two equals signs', a: "{ $.level == 'ERROR' }", events: lines({ level: 'ERROR' }, { level: 'INFO' }) },
  {
    name: 'Two patterns compared',
    a: '{ $.eventName = "StopLogging" && $.errorCode NOT EXISTS }',
    b: '{ $.eventName = "StopLogging" || $.eventName = "DeleteTrail" }',
    events: lines({ eventName: 'StopLogging' }, { eventName: 'StopLogging', errorCode: 'AccessDenied' }, { eventName: 'DeleteTrail' }, { eventName: 'LookupEvents' }),
  },
];

const ofCis = cis.rules.map(({ title, pattern }) => ({ name: title, a: pattern, events: lines(...cis.events) }));

/** Groups of examples: a name, and what each sets. */
export const GROUPS = [
  { name: 'Kinds of pattern', examples: kinds },
  { name: 'Mistakes of the README', examples: mistakes },
  { name: 'CIS rules, with the events of their tests', examples: ofCis },
];
