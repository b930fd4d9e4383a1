// Node reads the module from the file beside this one.

import { readFileSync } from 'node:fs';
import { isStarted, start } from './engine.js';

export * from './api.js';

if (!isStarted()) {
  start(readFileSync(new URL('./cwfilter.wasm', import.meta.url)));
}
