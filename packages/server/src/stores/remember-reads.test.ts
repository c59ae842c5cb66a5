import { describe, expect, test } from 'vitest'
import { rememberReads } from './remember-reads.ts'

function house() {
  let state = 0
  let reads = 0
  const read = rememberReads(
    () => String(state),
    async (name: string) => {
      reads += 1
      const seen = state
      await Promise.resolve()
      return `${name} at ${seen}`
    },
  )
  return { read, write: () => (state += 1), reads: () => reads }
}

describe('rememberReads', () => {
  test('asks once while nothing is written, and again after a write', async () => {
    const { read, write, reads } = house()
    expect([await read('a'), await read('a'), await read('b')]).toEqual(['a at 0', 'a at 0', 'b at 0'])
    expect(reads()).toBe(2)
    write()
    expect(await read('a')).toBe('a at 1')
    expect(reads()).toBe(3)
  })

  test('an answer that a write overtook is given, but not kept', async () => {
    const { read, write } = house()
    const overtaken = read('a')
    write()
    expect(await overtaken).toBe('a at 0')
    expect(await read('a')).toBe('a at 1')
  })

  test('without a mark every question is asked', async () => {
    let reads = 0
    const read = rememberReads(undefined, async () => (reads += 1))
    expect([await read(), await read()]).toEqual([1, 2])
  })

  test('a read that fails is asked again', async () => {
    let reads = 0
    const read = rememberReads(
      () => 'still',
      async () => {
        reads += 1
        if (reads === 1) throw new Error('busy')
        return reads
      },
    )
    await expect(read()).rejects.toThrow('busy')
    expect(await read()).toBe(2)
  })
})
