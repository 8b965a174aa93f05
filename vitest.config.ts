import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/long/**', 'test/bench/**'],
    globalSetup: ['test/elasticsearch/global-setup.ts'],
    // A real cluster beside everything else on two cores: what takes a second alone may take ten here.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Two cores: more workers only make the browser and child-process tests slower.
    maxWorkers: 2,
  },
});
