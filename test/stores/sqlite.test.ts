import { openSqliteStore } from '../../src/stores/sqlite/store.ts';
import { caseLogSuite } from '../conformance/case-log.suite.ts';
import { librarySuite } from '../conformance/library.suite.ts';
import { newFile, quiet } from './sqlite-stage.ts';

caseLogSuite('SQLite', async () => {
  const file = newFile();
  let store = await openSqliteStore({ file, now: Date.now, log: quiet });
  return {
    caseLog: store.caseLog,
    async reopen() {
      await store.close();
      store = await openSqliteStore({ file, now: Date.now, log: quiet });
      return store.caseLog;
    },
    close: () => store.close(),
  };
});

librarySuite('SQLite', async () => {
  let now = 0;
  const store = await openSqliteStore({ file: newFile(), now: () => now, log: quiet });
  return {
    library: store.library,
    setNow: (ms) => {
      now = ms;
    },
    close: () => store.close(),
  };
});
