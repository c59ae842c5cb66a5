import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import type { ObjectStore } from './object-store.ts'
import { readSteadily } from './read-steadily.ts'

test('a reader that goes away before the first byte gives the connection back, and its end is nobody’s surprise', async () => {
  const body = new Readable({ read: () => undefined })
  const signals: AbortSignal[] = []
  const store: Pick<ObjectStore, 'read'> = {
    async read(_name, _request, signal) {
      signals.push(signal)
      // As an SDK does whose request is called off.
      signal.addEventListener('abort', () => body.destroy(new Error('aborted')))
      return { body, sizeBytes: 9, tag: 'tag' }
    },
  }
  const stream = await readSteadily(store, { answerMs: 1_000, silenceMs: 1_000 }, 'file', undefined)
  const closed = new Promise((resolve) => body.once('close', resolve))
  stream?.destroy()
  await closed
  expect(signals.map(({ aborted }) => aborted)).toEqual([true])
})
