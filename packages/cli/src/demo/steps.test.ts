import { expect, test } from 'vitest'
import { createRecordedOutput } from '../../test/recorded-context.ts'
import { createSteps } from './steps.ts'

test('steps are numbered, timed and tell what came back', async () => {
  const output = createRecordedOutput()
  let now = 0
  const step = createSteps({ output, now: () => now })
  const value = await step(
    'Get a token',
    async () => {
      now += 12
      return 'token'
    },
    (token) => [token, 'two\nlines'],
  )
  await step(
    'Next',
    async () => undefined,
    () => [],
  )
  expect(value).toBe('token')
  expect(output.lines).toEqual([' 1. Get a token (12 ms)', '    token', '    two', '    lines', ' 2. Next (0 ms)'])
})

test('a step that fails tells nothing and raises its error', async () => {
  const output = createRecordedOutput()
  const step = createSteps({ output, now: () => 0 })
  const failing = step(
    'Break',
    () => Promise.reject(new Error('broken')),
    () => ['never'],
  )
  await expect(failing).rejects.toThrow('broken')
  expect(output.lines).toEqual([])
})
