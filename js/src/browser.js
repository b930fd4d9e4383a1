// Browsers, module workers, Deno and bundlers: the module is fetched from beside this file before the import ends.

import { isStarted, start } from './engine.js';

export * from './api.js';

async function load() {
  const response = await fetch(new URL('./cwfilter.wasm', import.meta.url));
  if (!response.ok) {
    throw new Error(`cwfilter.wasm was not loaded: status ${response.status}`);
  }
  return WebAssembly.compile(await response.arrayBuffer());
}

if (!isStarted()) {
  start(await load());
}
