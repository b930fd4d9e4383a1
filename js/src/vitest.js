// import 'cwfilter/vitest' in a test or in `setupFiles`

import { expect } from 'vitest';
import * as matchers from './matchers.js';

expect.extend(matchers);
