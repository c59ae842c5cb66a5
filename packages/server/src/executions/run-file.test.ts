import { expect, test } from 'vitest'
import { filesOfRuns, runFileKey } from './run-file.ts'
import { aReport } from './testing/a-report.ts'

const claimed = (id: string, token: string) => ({
  id,
  lease: { token, owner: 'worker-1', expiresAt: 0 },
  report: aReport({ format: 'tsv' }),
})

test('a file is under way while its very lease is held, and what an engine writes beside it too', async () => {
  const asked: (readonly string[])[] = []
  const underWay = filesOfRuns({
    async heldLeases(executionIds) {
      asked.push(executionIds)
      return new Map([['run.0', 'lease-2']])
    },
  })
  // Executions that are made together have one lease token.
  const ended = runFileKey(claimed('run.1', 'lease-2'))
  const [first, second] = [runFileKey(claimed('run.0', 'lease-1')), runFileKey(claimed('run.0', 'lease-2'))]
  const names = [first, second, ended, `tmp_${second}`, `${second}.parts`, 'lease-2', 'something.else', 'lease-2.csv']
  expect([...(await underWay(names))]).toEqual([second, `tmp_${second}`, `${second}.parts`])
  expect(asked).toEqual([['run.0', 'run.1']])
})
