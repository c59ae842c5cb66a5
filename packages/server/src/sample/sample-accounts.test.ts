import { expect, test } from 'vitest'
import { sampleAccountId, sampleAccountName, sampleAccounts } from './sample-accounts.ts'

test('an account has the same id and name on every machine', () => {
  expect(sampleAccounts(7, 2)).toEqual([
    { id: sampleAccountId(7, 0), name: sampleAccountName(7, 0) },
    { id: sampleAccountId(7, 1), name: sampleAccountName(7, 1) },
  ])
  // Written down, because installations keep it in their databases.
  expect(sampleAccountId(7, 0)).toBe('cbcaebf8-f380-44d0-aea4-0f3a79a9e669')
})

test('ids and names differ, however many accounts there are', () => {
  const accounts = sampleAccounts(1, 500)
  expect(new Set(accounts.map(({ id }) => id)).size).toBe(500)
  expect(new Set(accounts.map(({ name }) => name)).size).toBe(500)
  for (const { id } of accounts) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/)
})
