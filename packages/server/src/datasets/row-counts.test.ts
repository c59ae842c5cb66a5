import type { CompiledQuery } from '@almanac/query'
import { beforeEach, expect, test } from 'vitest'
import { minuteMs } from '../kernel/hours.ts'
import { createFakeClock } from '../kernel/testing/fake-clock.ts'
import type { DataVersion } from './data-version.ts'
import { EngineError } from './query-engine.ts'
import type { PreviewOptions, PreviewValue } from './query-engine.ts'
import { createRowCounts } from './row-counts.ts'
import { smallDataset } from './testing/small-catalog.ts'

type Rows = readonly (readonly PreviewValue[])[]

const clock = createFakeClock(0)
let asked: { query: CompiledQuery; options: PreviewOptions }[]

beforeEach(() => {
  asked = []
})

function open(answer: () => Promise<Rows> = async () => [[asked.length]], keptCounts = 10) {
  const engine = {
    preview(query: CompiledQuery, options: PreviewOptions) {
      asked.push({ query, options })
      return answer()
    },
  }
  return createRowCounts({ engine, clock, timeLimitMs: 3_000, retryAfterMs: 10 * minuteMs, keptCounts })
}

const version = (id: string, change: Partial<DataVersion> = {}): DataVersion => ({
  id,
  relation: { kind: 'files', format: 'parquet', paths: [`/data/${id}.parquet`] },
  createdAt: 0,
  rows: 1_000,
  ...change,
})
const { accountColumn: _, ...everyones } = smallDataset()

test('each account has its own count, whatever is known of all rows', async () => {
  const counts = open()
  expect(await counts.of(smallDataset(), version('a'), 'contoso')).toBe(1)
  expect(await counts.of(smallDataset(), version('a'), 'fabrikam')).toBe(2)
  expect(asked.map(({ query }) => query.parameters)).toEqual([
    [{ type: 'string', value: 'contoso' }],
    [{ type: 'string', value: 'fabrikam' }],
  ])
  expect(asked.every(({ query }) => query.sql.includes('"AccountId" = $1'))).toBe(true)
})

test('a count is made once for each version, also when many ask at once', async () => {
  const counts = open()
  const many = await Promise.all(Array.from({ length: 9 }, () => counts.of(smallDataset(), version('a'), 'contoso')))
  expect(many).toEqual(Array.from({ length: 9 }, () => 1))
  expect(await counts.of(smallDataset(), version('b'), 'contoso')).toBe(2)
  expect(await counts.of(smallDataset({ name: 'Other' }), version('a'), 'contoso')).toBe(3)
  expect(await counts.of(smallDataset(), version('a'), 'contoso')).toBe(1)
})

test('rows that are nobody’s are counted once for all, and not at all where their number is known', async () => {
  const counts = open()
  expect(await counts.of(everyones, version('a'), 'contoso')).toBe(1_000)
  expect(asked).toEqual([])
  expect(await counts.of(everyones, version('b', { rows: null }), 'contoso')).toBe(1)
  expect(await counts.of(everyones, version('b', { rows: null }), 'fabrikam')).toBe(1)
})

test('what takes too long has no number, and is tried again after a while', async () => {
  let answers: Promise<Rows> = Promise.reject(new EngineError('timeout', 'too long'))
  const counts = open(() => answers)
  expect(await counts.of(smallDataset(), version('a'), 'contoso')).toBeNull()
  answers = Promise.resolve([[7]])
  expect(await counts.of(smallDataset(), version('a'), 'contoso')).toBeNull()
  expect(asked).toHaveLength(1)
  expect(asked[0]?.options.timeLimitMs).toBe(3_000)

  await clock.advance(10 * minuteMs)
  expect(await counts.of(smallDataset(), version('a'), 'contoso')).toBe(7)
})

test('only so many are remembered: those that were asked for last', async () => {
  const counts = open(undefined, 2)
  const of = (id: string) => counts.of(smallDataset(), version(id), 'contoso')
  for (const id of ['a', 'b', 'a', 'c', 'a', 'b']) await of(id)
  expect(asked.map(({ query }) => query.sql.match(/\/data\/(\w)/)?.[1])).toEqual(['a', 'b', 'c', 'b'])
})
