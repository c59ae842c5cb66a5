import { expect, test } from 'vitest'
import { refusal } from '../kernel/testing/refusal.ts'
import { createPreviewGate } from './preview-gate.ts'

test('lets in as many as it may, turns the next one away, and has room again when one leaves, however it leaves', async () => {
  const gate = createPreviewGate(2)
  const first = Promise.withResolvers<string>()
  const second = Promise.withResolvers<string>()
  const inside = [gate.pass(() => first.promise), gate.pass(() => second.promise)]
  const full = refusal('too_busy', {
    retryAfterSeconds: 5,
    sentence: '2 test queries run or wait already; try again in 5 seconds',
  })
  await expect(gate.pass(async () => 'third')).rejects.toEqual(full)
  first.reject(new Error('the engine failed'))
  await expect(inside[0]).rejects.toThrow('the engine failed')
  expect(await gate.pass(async () => 'third')).toBe('third')
  second.resolve('second')
  expect(await inside[1]).toBe('second')
})
