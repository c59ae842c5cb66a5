import type { ClaimedDelivery } from '../delivery.ts'

/** A claimed delivery for tests; what a test speaks of it says itself. */
export function aDelivery(change: Partial<ClaimedDelivery> = {}): ClaimedDelivery {
  return {
    id: 'delivery-1',
    accountId: 'account-1',
    clientId: 'client-1',
    reportId: 'report-1',
    executionId: 'execution-1',
    url: 'https://partner.example/callback',
    method: 'POST',
    body: '{"type":"report.execution.completed"}',
    status: 'waiting',
    attempts: 0,
    dueAt: 0,
    createdAt: 0,
    lease: { token: 'lease-1', owner: 'courier-1', expiresAt: 60_000 },
    ...change,
  }
}
