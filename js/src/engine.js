// The WebAssembly module: its memory, its buffers, and what happens after it stopped.

import { failure } from './errors.js';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A UTF-16 code unit has at most three bytes in UTF-8. */
const BYTES_PER_UNIT = 3;

/** A longer text is encoded first, so that no more room is made than it takes. */
const LONG_UNITS = 1 << 20;

/** An input of more bytes is refused: the module's memory ends at 4 GiB, and it needs several times its input. */
const INPUT_BYTES = 1 << 30;

/** An input of more bytes is not kept for the next call. */
const KEPT_BYTES = 8 << 20;

let compiled;
let wasm;
/** Grows when the module is started anew. */
let generation = 0;
let address = 0;
let capacity = 0;
/** The memory as bytes; a new one after it grew. */
let bytes = new Uint8Array(0);

/** Compiles and starts the module. `source` is a `WebAssembly.Module`, or its bytes. */
export function start(source) {
  compiled = source instanceof WebAssembly.Module ? source : new WebAssembly.Module(source);
  restart();
}

export function isStarted() {
  return wasm !== undefined;
}

function restart() {
  wasm = new WebAssembly.Instance(compiled, {}).exports;
  generation += 1;
  address = 0;
  capacity = 0;
  bytes = new Uint8Array(wasm.memory.buffer);
}

/** The count of starts: numbers of objects from before another start mean nothing. */
export function current() {
  if (wasm === undefined) {
    throw new Error('cwfilter is not started: import it from "cwfilter", or call `start` of "cwfilter/manual" first');
  }
  return generation;
}

function view() {
  if (bytes.buffer !== wasm.memory.buffer) {
    bytes = new Uint8Array(wasm.memory.buffer);
  }
  return bytes;
}

function reserve(length) {
  if (length > INPUT_BYTES) {
    throw new RangeError(`an input has at most ${INPUT_BYTES} bytes: pass a file in parts`);
  }
  if (length > capacity) {
    address = guarded(() => wasm.cwfilter_input(length)) >>> 0;
    capacity = length;
  }
  return view();
}

/** Writes a text or bytes to the input at `from`. Returns the number of bytes. */
function write(value, from = 0) {
  if (typeof value === 'string' && value.length > LONG_UNITS) {
    return write(encoder.encode(value), from);
  }
  if (typeof value === 'string') {
    const memory = reserve(from + value.length * BYTES_PER_UNIT);
    const start = address + from;
    return encoder.encodeInto(value, memory.subarray(start, start + value.length * BYTES_PER_UNIT)).written;
  }
  reserve(from + value.length).set(value, address + from);
  return value.length;
}

/** Runs a call. After a call that the module cannot end, such as one that needs more memory than it may have, it is started anew. */
function guarded(call) {
  try {
    return call();
  } catch (cause) {
    if (cause instanceof WebAssembly.RuntimeError || cause instanceof RangeError) {
      restart();
      throw new Error(`cwfilter could not end a call, perhaps for want of memory: ${cause.message}`, { cause });
    }
    throw cause;
  }
}

/** The output of a call as a value. */
function answer(length) {
  const start = wasm.cwfilter_output() >>> 0;
  const reply = JSON.parse(decoder.decode(view().subarray(start, start + length)));
  if (capacity > KEPT_BYTES) {
    wasm.cwfilter_shrink();
    capacity = 0;
  }
  if (reply.error) {
    throw failure(reply.error);
  }
  return reply.ok;
}

/** An event as text or bytes: what is neither is an object, whose message is its JSON. */
export function message(event) {
  if (typeof event === 'string' || event instanceof Uint8Array) {
    return event;
  }
  if (event instanceof ArrayBuffer) {
    return new Uint8Array(event);
  }
  if (ArrayBuffer.isView(event)) {
    return new Uint8Array(event.buffer, event.byteOffset, event.byteLength);
  }
  if (event === null || typeof event !== 'object') {
    throw new TypeError(`an event is a string, bytes or an object, not ${event === null ? 'null' : typeof event}`);
  }
  const text = JSON.stringify(event);
  if (typeof text !== 'string') {
    throw new TypeError('the event has no JSON');
  }
  return text;
}

/** Answers a request. */
export function call(request) {
  current();
  const length = write(JSON.stringify(request));
  return answer(guarded(() => wasm.cwfilter_call(length)));
}

/** Whether the object matches the event. */
export function matches(object, event) {
  const length = write(message(event));
  return guarded(() => wasm.cwfilter_matches(object, length)) === 1;
}

/** The indexes of the patterns of the set that match the event. */
export function setMatches(object, event) {
  const length = write(message(event));
  const count = guarded(() => wasm.cwfilter_set_matches(object, length));
  if (count <= 0) {
    return [];
  }
  const output = new DataView(wasm.memory.buffer, wasm.cwfilter_output() >>> 0, count * 4);
  return Array.from({ length: count }, (_, at) => output.getUint32(at * 4, true));
}

export function extract(object, event) {
  const length = write(message(event));
  return answer(guarded(() => wasm.cwfilter_extract(object, length)));
}

export function explain(object, event) {
  const length = write(message(event));
  return answer(guarded(() => wasm.cwfilter_explain(object, length)));
}

export function emit(object, event, system) {
  const text = message(event);
  const fields = system === undefined ? '' : JSON.stringify(system);
  const length = write(text);
  // a buffer that grows keeps what is in it
  const after = write(fields, length);
  return answer(guarded(() => wasm.cwfilter_emit(object, length, after)));
}

export function scan(object, data, withEvents) {
  const length = write(message(data));
  return answer(guarded(() => wasm.cwfilter_scan(object, length, withEvents ? 1 : 0)));
}

export function records(data, limit) {
  current();
  const length = write(message(data));
  return answer(guarded(() => wasm.cwfilter_records(length, limit)));
}
