// For hosts that load the module in their own way: call `start` first, with a `WebAssembly.Module` or the bytes of `cwfilter.wasm`.

export * from './api.js';
export { start } from './engine.js';
