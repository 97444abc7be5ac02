import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Stories wait for processes of their own: with one worker a core, no core stands idle.
    maxWorkers: '100%',
    // For what hangs, not for what is slow: a story may start the command a dozen times, beside another one that does.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
