import { afterEach, beforeEach, expect, test } from 'vitest'
import { refusal } from '../kernel/testing/refusal.ts'
import { createQuery } from './create-query.ts'
import { deleteQuery } from './delete-query.ts'
import { findQuery } from './find-query.ts'
import type { ListedQuery } from './saved-query.ts'
import { alice, bob, openUseCaseDeps, otherAccount, type UseCaseDeps } from './testing/use-case-deps.ts'

let deps: UseCaseDeps
let query: ListedQuery

beforeEach(async () => {
  deps = await openUseCaseDeps()
  const input = { program: 'cmp', name: 'Orders', description: null, text: 'SELECT OrderId FROM Orders' }
  query = (await createQuery(deps, alice, input)).query
})
afterEach(() => deps.close())

test('a deleted query is given back one last time', async () => {
  expect(await deleteQuery(deps, bob, { program: 'CMP', id: query.id })).toEqual(query)
  expect(await findQuery(deps, alice, 'cmp', query.id)).toBeUndefined()
})

test('what is gone, or never was, is not found', async () => {
  await deleteQuery(deps, alice, { program: 'cmp', id: query.id })
  for (const id of [query.id, 'never-was']) {
    await expect(deleteQuery(deps, alice, { program: 'cmp', id })).rejects.toEqual(refusal('not_found', {}))
  }
})

test('of two who delete at once, one is told that there is nothing', async () => {
  const both = [1, 2].map(() => deleteQuery(deps, alice, { program: 'cmp', id: query.id }))
  const outcomes = (await Promise.allSettled(both)).map(({ status }) => status)
  expect(outcomes.sort()).toEqual(['fulfilled', 'rejected'])
})

test("another account's query, or another program's, is not found, and stays", async () => {
  const notFound = refusal('not_found', {})
  await expect(deleteQuery(deps, otherAccount, { program: 'cmp', id: query.id })).rejects.toEqual(notFound)
  await expect(deleteQuery(deps, alice, { program: 'mpn', id: query.id })).rejects.toEqual(notFound)
  expect(await findQuery(deps, alice, 'cmp', query.id)).toEqual(query)
})

test('a system query is nobody’s to delete', async () => {
  const sentence = 'The query q-orders is a system query and cannot be deleted.'
  const deleting = deleteQuery(deps, alice, { program: 'cmp', id: 'q-orders' })
  await expect(deleting).rejects.toEqual(refusal('forbidden', { sentence }))
})
