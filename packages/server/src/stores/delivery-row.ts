import type { CallbackDelivery } from '../callbacks/delivery.ts'
import { claimableAt, notClaimable } from './claim.ts'
import type { DeliveryTable } from './database.ts'

/** The row of a delivery that nobody works on. */
export function deliveryRow(delivery: CallbackDelivery): DeliveryTable {
  return {
    id: delivery.id,
    account_id: delivery.accountId,
    client_id: delivery.clientId,
    report_id: delivery.reportId,
    execution_id: delivery.executionId,
    url: delivery.url,
    method: delivery.method,
    body: delivery.body,
    status: delivery.status,
    attempts: delivery.attempts,
    due_at: delivery.dueAt,
    created_at: delivery.createdAt,
    ...(delivery.status === 'waiting' ? claimableAt(delivery.dueAt) : notClaimable),
  }
}

/** The delivery in a row. */
export function deliveryFrom(row: DeliveryTable): CallbackDelivery {
  return {
    id: row.id,
    accountId: row.account_id,
    clientId: row.client_id,
    reportId: row.report_id,
    executionId: row.execution_id,
    url: row.url,
    method: row.method,
    body: row.body,
    status: row.status,
    attempts: row.attempts,
    dueAt: row.due_at,
    createdAt: row.created_at,
  }
}
