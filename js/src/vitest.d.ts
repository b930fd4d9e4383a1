import 'vitest';
import type { CwfilterMatchers } from './matchers.js';

declare module 'vitest' {
  interface Matchers<T = any> extends CwfilterMatchers<T> {}
}
