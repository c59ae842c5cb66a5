import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { smallCatalog, smallDataset, smallSystemQuery } from '../datasets/testing/small-catalog.ts'
import { brokenCursor, encodeCursor } from '../kernel/cursor.ts'
import { refusal } from '../kernel/testing/refusal.ts'
import { createQuery } from './create-query.ts'
import { deleteQuery } from './delete-query.ts'
import { listQueries } from './list-queries.ts'
import type { ListQueriesInput } from './list-queries.ts'
import { alice, bob, openUseCaseDeps, otherAccount, type UseCaseDeps } from './testing/use-case-deps.ts'

const catalog = smallCatalog(
  [smallDataset()],
  ['Orders report', 'Usage report', 'Customers report'].map((name, index) =>
    smallSystemQuery({ id: `system-${index}`, name }),
  ),
)
const systemIds = ['system-0', 'system-1', 'system-2']

let deps: UseCaseDeps

beforeEach(async () => {
  deps = { ...(await openUseCaseDeps()), catalog }
})
afterEach(() => deps.close())

async function create(name: string, owner = alice): Promise<string> {
  const input = { program: 'cmp', name, description: null, text: 'SELECT OrderId FROM Orders' }
  const { query } = await createQuery(deps, owner, input)
  await deps.clock.advance(1_000)
  return query.id
}

const list = (changes: Partial<ListQueriesInput> = {}, owner = alice) =>
  listQueries(deps, owner, {
    program: 'cmp',
    id: null,
    name: null,
    system: 'include',
    top: 100,
    cursor: null,
    ...changes,
  })

async function idsOf(changes: Partial<ListQueriesInput> = {}, owner = alice): Promise<readonly string[]> {
  return (await list(changes, owner)).items.map(({ id }) => id)
}

describe('the list', () => {
  test('has the system queries first, then those of the account, newest first', async () => {
    const [first, second] = [await create('First'), await create('Second', bob)]
    expect(await idsOf()).toEqual([...systemIds, second, first])
    expect(await idsOf({}, otherAccount)).toEqual(systemIds)
  })

  test('shows who made a query', async () => {
    await create('First', bob)
    const { items } = await list()
    expect(items.map(({ type, user }) => [type, user])).toEqual([
      ...systemIds.map(() => ['system', 'system']),
      ['userDefined', bob.user],
    ])
  })

  test('leaves system queries out, or has nothing else', async () => {
    const own = await create('Own')
    expect(await idsOf({ system: 'exclude' })).toEqual([own])
    expect(await idsOf({ system: 'only' })).toEqual(systemIds)
  })

  test('is empty, not an error, when nothing was asked for by name or id', async () => {
    expect(await list({ system: 'exclude' })).toEqual({ items: [], nextCursor: null })
  })
})

describe('filters', () => {
  test('find one query by its id, of either kind', async () => {
    const own = await create('Own')
    expect(await idsOf({ id: own })).toEqual([own])
    expect(await idsOf({ id: 'system-1' })).toEqual(['system-1'])
  })

  test('find whole names in any case', async () => {
    const own = [await create('usage REPORT'), await create('Usage report')]
    expect(await idsOf({ name: 'Usage Report' })).toEqual(['system-1', ...own.toReversed()])
    await expect(list({ name: 'Usage' })).rejects.toEqual(refusal('not_found', {}))
  })

  test('that find nothing are answered so', async () => {
    const own = await create('Own')
    const notFound = refusal('not_found', {})
    await expect(list({ id: 'never-was' })).rejects.toEqual(notFound)
    await expect(list({ id: own }, otherAccount)).rejects.toEqual(notFound)
    await expect(list({ id: own, system: 'only' })).rejects.toEqual(notFound)
    await expect(list({ id: 'system-1', system: 'exclude' })).rejects.toEqual(notFound)
    await expect(list({ id: own, name: 'Other' })).rejects.toEqual(notFound)
  })
})

describe('pages', () => {
  /** All pages, one after the other. */
  async function pagesOf(top: number, beforeEachPage: () => Promise<unknown> = async () => {}) {
    const pages: (readonly string[])[] = []
    let cursor: string | null = null
    do {
      await beforeEachPage()
      const page = await list({ top, cursor })
      pages.push(page.items.map(({ id }) => id))
      cursor = page.nextCursor
      // A cursor that leads nowhere would make this go on for ever.
    } while (cursor !== null && pages.length < 20)
    return pages
  }

  test.each([1, 2, 3, 4, 5, 6])('of %i give the whole list, once, and no empty page', async (top) => {
    const own = [await create('First'), await create('Second')]
    const pages = await pagesOf(top)
    expect(pages.flat()).toEqual([...systemIds, ...own.toReversed()])
    expect(pages).toHaveLength(Math.ceil(5 / top))
  })

  test('that end with the system queries say whether queries of the account follow', async () => {
    expect((await list({ top: 3 })).nextCursor).toBeNull()
    await create('Own')
    expect((await list({ top: 3 })).nextCursor).not.toBeNull()
    expect((await list({ top: 3, system: 'only' })).nextCursor).toBeNull()
  })

  test('show nothing twice when queries are added meanwhile', async () => {
    const own = [await create('First'), await create('Second')]
    const ids = (await pagesOf(4, () => create('Added'))).flat()
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids).toEqual(expect.arrayContaining(own))
  })

  test('start over when the system query of the cursor has left the catalog', async () => {
    const { nextCursor } = await list({ top: 1 })
    deps = { ...deps, catalog: smallCatalog([smallDataset()], [smallSystemQuery({ id: 'new' })]) }
    expect(await idsOf({ cursor: nextCursor })).toEqual(['new'])
  })

  test('after the last query are empty, not an error, also with a filter', async () => {
    const name = 'Own'
    await create(name)
    await create(name)
    const { items, nextCursor } = await list({ name, top: 1 })
    expect(items).toHaveLength(1)
    const rest = await list({ name, cursor: nextCursor })
    await Promise.all(rest.items.map(({ id }) => deleteQuery(deps, alice, { program: 'cmp', id })))
    expect(await list({ name, cursor: nextCursor })).toEqual({ items: [], nextCursor: null })
  })

  test('refuse a cursor that is none of ours', async () => {
    const broken = refusal('invalid_request', brokenCursor().data)
    for (const cursor of ['', 'x', 'system.', 'other.abc', encodeCursor({ createdAt: 1, id: 'a' })]) {
      await expect(list({ cursor })).rejects.toEqual(broken)
    }
  })
})
