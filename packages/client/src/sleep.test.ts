import { expect, test } from 'vitest'
import { sleep } from './sleep.ts'

test('a sleep ends by its timer, or by its signal with the reason', async () => {
  await sleep(1, undefined)
  const controller = new AbortController()
  const long = sleep(1e9, controller.signal)
  controller.abort(new Error('enough'))
  await expect(long).rejects.toThrow('enough')
  await expect(sleep(1e9, controller.signal)).rejects.toThrow('enough')
})
