import type { CwfilterMatchers } from './matchers.js';

declare module 'expect' {
  interface Matchers<R extends void | Promise<void>, T = unknown> extends CwfilterMatchers<R> {}
}

declare global {
  namespace jest {
    interface Matchers<R, T = {}> extends CwfilterMatchers<R> {}
  }
}
