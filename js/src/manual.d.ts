export * from './index.js';

/** Starts the engine, once, before anything else is called. */
export function start(source: WebAssembly.Module | Uint8Array | ArrayBuffer): void;
