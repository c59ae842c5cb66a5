import { defineConfig } from 'vitest/config'
import { reportMissingParts } from './tools/scale/report-missing-parts.ts'

// What an embedded server does without: PostgreSQL, object storage, Trino. `npm run test:scale` starts them for real. A
// suite whose part is not to be had is skipped under a name that says why, and the reporter repeats that at the end.
export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.scale.test.ts', 'e2e/**/*.scale.test.ts', 'tools/**/*.scale.test.ts'],
    // A part takes what there is of a small machine: one suite at a time.
    testTimeout: 300_000,
    hookTimeout: 600_000,
    maxWorkers: 1,
    // Other people's servers on a busy machine lose a node or a connection for a moment. What is wrong with ours fails twice.
    retry: 1,
    reporters: ['default', reportMissingParts],
  },
})
