import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { brokenCursor, encodeCursor } from '../kernel/cursor.ts'
import { refusal } from '../kernel/testing/refusal.ts'
import { alice, bob, openUseCaseDeps, otherAccount, type UseCaseDeps } from '../queries/testing/use-case-deps.ts'
import { createReport } from './create-report.ts'
import { listReports } from './list-reports.ts'
import type { ListReportsInput } from './list-reports.ts'

let deps: UseCaseDeps

beforeEach(async () => {
  deps = await openUseCaseDeps()
})
afterEach(() => deps.close())

async function create(name: string, owner = alice, queryId = 'q-orders'): Promise<string> {
  const { report } = await createReport(deps, owner, {
    version: 'v1',
    program: 'cmp',
    name,
    description: null,
    queryId,
    startAt: Date.UTC(2024, 0, 6, 19),
    executeNow: false,
    queryStartAt: null,
    queryEndAt: null,
    intervalHours: 24,
    count: null,
    endAt: null,
    format: 'csv',
    neutralizeFormulas: false,
    callbackUrl: null,
    callbackMethod: null,
    callbackOn: null,
  })
  await deps.clock.advance(1_000)
  return report.id
}

const list = (changes: Partial<ListReportsInput> = {}, owner = alice) =>
  listReports(deps, owner, {
    program: 'cmp',
    ids: null,
    name: null,
    queryId: null,
    top: 100,
    cursor: null,
    ...changes,
  })

async function idsOf(changes: Partial<ListReportsInput> = {}, owner = alice): Promise<readonly string[]> {
  return (await list(changes, owner)).items.map(({ id }) => id)
}

describe('the list', () => {
  test('has all reports of the account, whichever client made them, newest first', async () => {
    const [first, second] = [await create('First'), await create('Second', bob)]
    await create('Foreign', otherAccount)
    expect(await idsOf()).toEqual([second, first])
    expect(await idsOf({ program: 'CMP' })).toEqual([second, first])
  })

  test('is empty, not an error, when nothing was asked for by name or id', async () => {
    expect(await list()).toEqual({ items: [], nextCursor: null })
    await create('Only in cmp')
    expect(await idsOf({ program: 'mpn' })).toEqual([])
  })

  test('refuses a program that is not there', async () => {
    const error = refusal('unknown_program', { program: 'xyz', known: ['cmp', 'mpn'] })
    await expect(list({ program: 'xyz' })).rejects.toEqual(error)
  })
})

describe('filters', () => {
  test('find by ids, by whole name in any case, by query, and narrow each other', async () => {
    const [first, second, third] = [
      await create('Daily'),
      await create('Weekly'),
      await create('dAILY', bob, 'q-totals'),
    ]
    expect(await idsOf({ ids: [first, third] })).toEqual([third, first])
    expect(await idsOf({ name: 'DAILY' })).toEqual([third, first])
    expect(await idsOf({ queryId: 'q-orders' })).toEqual([second, first])
    expect(await idsOf({ name: 'daily', queryId: 'q-totals' })).toEqual([third])
  })

  test('show those of several ids that exist, each once', async () => {
    const id = await create('Daily')
    expect(await idsOf({ ids: [id, 'never-was', id] })).toEqual([id])
  })

  test('that find nothing are answered so', async () => {
    const id = await create('Daily')
    const notFound = refusal('not_found', {})
    await expect(list({ ids: ['never-was'] })).rejects.toEqual(notFound)
    await expect(list({ name: 'Dail' })).rejects.toEqual(notFound)
    await expect(list({ queryId: 'q-totals' })).rejects.toEqual(notFound)
    await expect(list({ ids: [id] }, otherAccount)).rejects.toEqual(notFound)
    await expect(list({ ids: [id], program: 'mpn' })).rejects.toEqual(notFound)
  })
})

describe('pages', () => {
  test.each([1, 2, 3, 4])('of %i give the whole list, once', async (top) => {
    const created = [await create('a'), await create('b'), await create('c')]
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const page = await list({ top, cursor })
      seen.push(...page.items.map(({ id }) => id))
      cursor = page.nextCursor
      // A cursor that leads nowhere would make this go on for ever.
    } while (cursor !== null && seen.length < 20)
    expect(seen).toEqual(created.toReversed())
  })

  test('after the last report are empty, not an error, also with a filter', async () => {
    await create('Daily')
    const cursor = encodeCursor({ createdAt: 0, id: '' })
    expect(await list({ name: 'Daily', cursor })).toEqual({ items: [], nextCursor: null })
  })

  test('refuse a cursor that is none of ours', async () => {
    await expect(list({ cursor: 'x' })).rejects.toEqual(refusal('invalid_request', brokenCursor().data))
  })
})
