import type { Reporter, TestModule, TestSuite } from 'vitest/node'

const frame = '!'.repeat(80)

/**
 * Repeats at the end, so that nobody overlooks it, which suites were skipped: their parts (a PostgreSQL, a Trino) were
 * not to be had. The name of such a suite says why.
 */
export const reportMissingParts: Reporter = {
  onTestRunEnd(modules) {
    const missing = modules.flatMap((module) =>
      skippedSuites(module).map((suite) => `  ${module.relativeModuleId}: ${suite.fullName}`),
    )
    if (missing.length === 0) return
    const said = [frame, 'NOT PROVEN HERE, because a part was not to be had:', ...missing, frame]
    process.stdout.write(`\n${said.join('\n')}\n`)
  },
}

function skippedSuites({ children }: TestModule | TestSuite): readonly TestSuite[] {
  return [...children.suites()].flatMap((suite) => (suite.state() === 'skipped' ? [suite] : skippedSuites(suite)))
}
