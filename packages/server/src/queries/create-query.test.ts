import type { Profile } from '@almanac/query'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { refusal } from '../kernel/testing/refusal.ts'
import { createQuery } from './create-query.ts'
import type { CreateQueryInput } from './create-query.ts'
import { findQuery } from './find-query.ts'
import { alice, bob, openUseCaseDeps, otherAccount, type UseCaseDeps } from './testing/use-case-deps.ts'

let deps: UseCaseDeps

beforeEach(async () => {
  deps = await openUseCaseDeps()
})
afterEach(() => deps.close())

const input = (changes: Partial<CreateQueryInput> = {}): CreateQueryInput => ({
  program: 'cmp',
  name: 'Recent orders',
  description: 'Orders of last month',
  text: 'SELECT OrderId FROM Orders TIMESPAN LAST_MONTH',
  ...changes,
})

describe('a query', () => {
  test('is kept as it was sent, for the account of the client that sent it', async () => {
    const { query, extensions } = await createQuery(deps, alice, input())
    expect(query).toEqual({
      id: 'id-1',
      name: 'Recent orders',
      description: 'Orders of last month',
      text: 'SELECT OrderId FROM Orders TIMESPAN LAST_MONTH',
      type: 'userDefined',
      user: alice.user,
      createdAt: deps.clock.now(),
    })
    expect(extensions).toEqual([])
    expect(await findQuery(deps, bob, 'cmp', query.id)).toEqual(query)
    expect(await findQuery(deps, otherAccount, 'cmp', query.id)).toBeUndefined()
  })

  test('belongs to one program, however the path spells it', async () => {
    const { query } = await createQuery(deps, alice, input({ program: 'CMP' }))
    expect(await findQuery(deps, alice, 'cmp', query.id)).toEqual(query)
    expect(await findQuery(deps, alice, 'Cmp', query.id)).toEqual(query)
  })

  test('may have the name of another', async () => {
    await createQuery(deps, alice, input())
    await createQuery(deps, alice, input())
    expect((await deps.queries.list(alice.accountId, 'cmp', {}, { top: 9, after: null })).items).toHaveLength(2)
  })

  test('that uses an extension says which, so that nobody schedules it against the real service', async () => {
    const { extensions } = await createQuery(deps, alice, input({ text: extended }))
    expect(extensions).toHaveLength(1)
  })
})

const extended = "SELECT OrderId FROM Orders WHERE OrderId = 'a' OR OrderId = 'b'"
const queryWith = (code: string) =>
  expect.objectContaining({
    code: 'invalid_query',
    data: { diagnostics: expect.arrayContaining([expect.objectContaining({ code })]) },
  })

interface Refused {
  readonly what: string
  readonly changes: Partial<CreateQueryInput>
  readonly refused: unknown
  readonly profile?: Profile
}

test.each<Refused>([
  {
    what: 'a query without its mandatory fields, naming all of them',
    changes: { name: null, text: '' },
    refused: refusal('missing_value', { fields: ['Name', 'Query'] }),
  },
  {
    what: 'a query without a name',
    changes: { name: '' },
    refused: refusal('missing_value', { fields: ['Name'] }),
  },
  {
    what: 'an unknown dataset',
    changes: { text: 'SELECT OrderId FROM Nothing' },
    refused: queryWith('unknown_dataset'),
  },
  {
    what: "another program's dataset",
    changes: { text: 'SELECT OrderId FROM Training' },
    refused: queryWith('unknown_dataset'),
  },
  {
    what: 'an unknown column',
    changes: { text: 'SELECT Nothing FROM Orders' },
    refused: queryWith('unknown_column'),
  },
  {
    what: 'the hidden account column',
    changes: { text: 'SELECT AccountId FROM Orders' },
    refused: queryWith('unknown_column'),
  },
  {
    what: 'a text that is no query',
    changes: { text: 'SELECT OrderId' },
    refused: queryWith('syntax'),
  },
  {
    what: 'an extension where only the documented grammar counts',
    changes: { text: extended },
    refused: queryWith('extension'),
    profile: 'partner-center',
  },
  {
    what: 'a program that is not there',
    changes: { program: 'xyz' },
    refused: refusal('unknown_program', { program: 'xyz', known: ['cmp', 'mpn'] }),
  },
])('$what is refused, and nothing is kept', async ({ changes, refused, profile = 'open' }) => {
  await expect(createQuery({ ...deps, profile }, alice, input(changes))).rejects.toEqual(refused)
  expect((await deps.queries.list(alice.accountId, 'cmp', {}, { top: 9, after: null })).items).toEqual([])
})

describe('the limit of queries', () => {
  const limited = () => ({ ...deps, queriesPerClient: 2 })

  test('counts per client', async () => {
    await createQuery(limited(), alice, input())
    await createQuery(limited(), alice, input())
    await expect(createQuery(limited(), alice, input())).rejects.toEqual(refusal('query_quota', { limit: 2 }))
    await createQuery(limited(), bob, input())
  })

  test('holds when several arrive at once', async () => {
    const all = await Promise.allSettled(Array.from({ length: 6 }, () => createQuery(limited(), alice, input())))
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(2)
  })
})
