// import 'cwfilter/jest' in a test or in `setupFilesAfterEnv`

import { expect } from '@jest/globals';
import * as matchers from './matchers.js';

expect.extend(matchers);
