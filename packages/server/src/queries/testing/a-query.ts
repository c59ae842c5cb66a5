import type { SavedQuery } from '../saved-query.ts'

/** A saved query for tests; what a test speaks of it says itself. */
export function aQuery(change: Partial<SavedQuery> = {}): SavedQuery {
  return {
    id: 'query-1',
    accountId: 'account-1',
    program: 'cmp',
    clientId: 'client-1',
    user: '100001',
    name: 'Recent orders',
    description: 'Orders of last month',
    text: 'SELECT OrderId FROM Orders TIMESPAN LAST_MONTH',
    createdAt: Date.UTC(2026, 0, 10),
    ...change,
  }
}
