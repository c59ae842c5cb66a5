import type { Account, Client } from '../client.ts'

/** An account for tests; what a test speaks of it says itself. */
export function anAccount(change: Partial<Account> = {}): Account {
  return { id: 'account-1', name: 'Contoso', createdAt: Date.UTC(2026, 0, 10), ...change }
}

/** A client of `anAccount` for tests. */
export function aClient(change: Partial<Client> = {}): Client {
  return {
    id: 'client-1',
    accountId: 'account-1',
    name: 'Nightly import',
    user: '100001',
    secretHash: 'hash',
    roles: ['Reports.ReadWrite'],
    webhookSecret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    createdAt: Date.UTC(2026, 0, 10),
    disabledAt: null,
    ...change,
  }
}
