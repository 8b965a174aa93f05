import { join } from 'node:path';

/** Where the embedded store of an installation lies; commands and the app must agree on it. */
export const storeFileIn = (home: string): string => join(home, 'governor.db');
