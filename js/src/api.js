// The classes and functions of the package. They work after `start` of engine.js.

import * as engine from './engine.js';

export { PatternError, MetricFilterError } from './errors.js';

/** Frees the numbers of objects that JavaScript no longer has. */
const freed = new FinalizationRegistry(({ object, generation }) => {
  if (engine.isStarted() && engine.current() === generation) {
    engine.call({ op: 'free', object });
  }
});

/** An object of the module. It is made again after the module was started anew. */
class Handle {
  #request;
  #object;
  #generation;

  constructor(owner, request) {
    this.#request = request;
    this.made = this.#make();
    freed.register(owner, this, this);
  }

  #make() {
    const made = engine.call(this.#request);
    this.#generation = engine.current();
    this.#object = made.object;
    return made;
  }

  get object() {
    if (this.#generation !== engine.current()) {
      if (this.#request === undefined) {
        throw new Error('this object was freed');
      }
      this.#make();
    }
    return this.#object;
  }

  get generation() {
    return this.#generation;
  }

  free() {
    if (this.#request === undefined) {
      return;
    }
    freed.unregister(this);
    if (this.#generation === engine.current()) {
      engine.call({ op: 'free', object: this.#object });
    }
    this.#request = undefined;
    this.#generation = -1;
  }
}

/** Known to both copies of the package, that of `import` and that of `require`. */
const IS_PATTERN = Symbol.for('cwfilter.FilterPattern');

function textOf(pattern, what) {
  if (pattern?.[IS_PATTERN] === true) {
    return pattern.text;
  }
  if (typeof pattern !== 'string') {
    throw new TypeError(`${what} is a string or a FilterPattern, not ${pattern === null ? 'null' : typeof pattern}`);
  }
  return pattern;
}

export class FilterPattern {
  #handle;

  constructor(text) {
    this.text = textOf(text, 'a pattern');
    this.#handle = new Handle(this, { op: 'pattern', text: this.text });
    this.kind = this.#handle.made.kind;
    this.canonical = this.#handle.made.canonical;
    Object.freeze(this);
  }

  matches(event) {
    return engine.matches(this.#handle.object, event);
  }

  extract(event) {
    const pairs = engine.extract(this.#handle.object, event);
    return pairs === null ? null : new Map(pairs);
  }

  explain(event) {
    return new Explanation(this.text, engine.explain(this.#handle.object, event));
  }

  free() {
    this.#handle.free();
  }

  get [IS_PATTERN]() {
    return true;
  }

  toString() {
    return this.text;
  }

  toJSON() {
    return this.text;
  }
}

/** Why a pattern matches an event, or does not. */
class Explanation {
  constructor(pattern, { matched, reason, tree, deciding, text }) {
    Object.assign(this, { pattern, matched, reason, tree, deciding, text });
  }

  toString() {
    return this.text;
  }
}

export class PatternSet {
  #handle;
  #names;

  constructor(patterns) {
    if (patterns === null || typeof patterns !== 'object') {
      throw new TypeError('a PatternSet is made of an object or a Map from names to patterns');
    }
    const entries = typeof patterns[Symbol.iterator] === 'function' ? [...patterns] : Object.entries(patterns);
    const pairs = entries.map(([name, pattern]) => [String(name), textOf(pattern, `the pattern \`${name}\``)]);
    this.#names = pairs.map(([name]) => name);
    this.#handle = new Handle(this, { op: 'set', patterns: pairs });
    this.patterns = new Map(pairs);
    Object.freeze(this);
  }

  get size() {
    return this.#names.length;
  }

  matches(event) {
    return engine.setMatches(this.#handle.object, event).map((at) => this.#names[at]);
  }

  matchesAny(event) {
    return engine.matches(this.#handle.object, event);
  }

  scan(data, { events = false } = {}) {
    const result = engine.scan(this.#handle.object, data, events);
    const hits = result.hits.map(({ record, patterns, facts, event }) => ({
      record,
      patterns: patterns.map((at) => this.#names[at]),
      ...facts,
      ...(event === undefined ? {} : { event }),
    }));
    return { ...result, hits };
  }

  free() {
    this.#handle.free();
  }
}

export class MetricFilter {
  #handle;

  constructor({ pattern, transformation, emitSystemFieldDimensions, fieldSelectionCriteria, applyOnTransformedLogs, missingDimension }) {
    const { metricNamespace, metricName, metricValue, defaultValue, unit, dimensions } = transformation;
    this.pattern = textOf(pattern, 'a pattern');
    this.transformation = Object.freeze({ ...transformation });
    this.#handle = new Handle(this, {
      op: 'metric',
      pattern: this.pattern,
      namespace: metricNamespace,
      name: metricName,
      value: String(metricValue),
      defaultValue,
      unit,
      dimensions,
      systemFields: emitSystemFieldDimensions,
      fieldSelection: fieldSelectionCriteria,
      onTransformedLogs: applyOnTransformedLogs,
      missingDimension,
    });
    Object.freeze(this);
  }

  emit(event, system) {
    const point = engine.emit(this.#handle.object, event, system);
    if (point !== null && point.timestamp === null) {
      delete point.timestamp;
    }
    return point;
  }

  free() {
    this.#handle.free();
  }
}

function placed({ span, others = [], ...finding }) {
  const place = ([start, end]) => ({ start, end });
  return { ...finding, span: place(span), others: others.map((other) => ({ ...other, span: place(other.span) })) };
}

export function lint(pattern) {
  return engine.call({ op: 'lint', text: textOf(pattern, 'a pattern') }).map(placed);
}

export function compare(a, b, { domain, steps } = {}) {
  const request = { op: 'compare', a: textOf(a, 'the first pattern'), b: textOf(b, 'the second pattern'), domain, steps };
  const { exists, witnesses, ...comparison } = engine.call(request);
  return {
    ...comparison,
    exists: { onlyA: exists.only_a, onlyB: exists.only_b, both: exists.both },
    witnesses: witnesses.map(({ event, matches_a: matchesA, matches_b: matchesB }) => ({ event, matchesA, matchesB })),
  };
}

/** The log events of a file, whatever its container. */
export function readEvents(data, { limit = 1000 } = {}) {
  return engine.records(data, limit);
}

export function version() {
  return engine.call({ op: 'version' }).version;
}
