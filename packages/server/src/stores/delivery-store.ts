import type { Kysely } from 'kysely'
import type { DeliveryStore } from '../callbacks/delivery-store.ts'
import type { DeliveryAttempt, DeliveryVerdict } from '../callbacks/delivery.ts'
import { claimableAt, leased, notClaimable } from './claim.ts'
import type { AttemptTable, Database, DeliveryTable } from './database.ts'
import { deliveryFrom } from './delivery-row.ts'
import { inTransaction } from './transactions.ts'

/** Callback deliveries in a database. */
export function createDeliveryStore(db: Kysely<Database>): DeliveryStore {
  return {
    async claimDue(request) {
      const claimed = await db
        .updateTable('callback_deliveries')
        .set(leased(request))
        .where('id', '=', (eb) =>
          eb
            .selectFrom('callback_deliveries as next')
            .select('next.id')
            .where('next.claimable_at', '<=', request.now)
            .orderBy('next.claimable_at')
            .orderBy('next.id')
            .limit(1),
        )
        // Said again: where two may look at once, the second one to write must see that the first has moved the time.
        .where('claimable_at', '<=', request.now)
        .returningAll()
        .executeTakeFirst()
      if (claimed === undefined) return undefined
      const { token, owner, expiresAt } = request
      return { ...deliveryFrom(claimed), lease: { token, owner, expiresAt } }
    },

    recordAttempt: (deliveryId, leaseToken, attempt, verdict) =>
      inTransaction(db, async (tx) => {
        const changed = await tx
          .updateTable('callback_deliveries')
          .set((eb) => ({ ...verdictColumns(verdict), attempts: eb('attempts', '+', 1) }))
          .where('id', '=', deliveryId)
          .where('lease_token', '=', leaseToken)
          .returning('attempts')
          .executeTakeFirst()
        if (changed === undefined) return false
        await tx
          .insertInto('callback_attempts')
          .values(attemptRow(deliveryId, changed.attempts, attempt))
          .execute()
        return true
      }),

    async nextDueAt() {
      const next = await db
        .selectFrom('callback_deliveries')
        .select('claimable_at')
        .where('claimable_at', 'is not', null)
        .orderBy('claimable_at')
        .limit(1)
        .executeTakeFirst()
      return next?.claimable_at ?? undefined
    },

    async find(accountId, executionId) {
      const rows = await db
        .selectFrom('callback_deliveries')
        .selectAll()
        .where('execution_id', '=', executionId)
        .where('account_id', '=', accountId)
        .orderBy('created_at')
        .orderBy('id')
        .execute()
      return rows.map(deliveryFrom)
    },

    async listAttempts(accountId, deliveryId) {
      const rows = await db
        .selectFrom('callback_attempts as a')
        .innerJoin('callback_deliveries as d', 'd.id', 'a.delivery_id')
        .selectAll('a')
        .where('a.delivery_id', '=', deliveryId)
        .where('d.account_id', '=', accountId)
        .orderBy('a.attempt')
        .execute()
      return rows.map(attemptFrom)
    },
  }
}

function verdictColumns(verdict: DeliveryVerdict): Partial<DeliveryTable> {
  switch (verdict.kind) {
    case 'delivered':
    case 'failed':
      return { status: verdict.kind, ...notClaimable }
    case 'retry':
      return { due_at: verdict.dueAt, ...claimableAt(verdict.dueAt) }
    default:
      return verdict satisfies never
  }
}

function attemptRow(deliveryId: string, number: number, attempt: DeliveryAttempt): AttemptTable {
  return {
    delivery_id: deliveryId,
    attempt: number,
    started_at: attempt.startedAt,
    duration_ms: attempt.durationMs,
    response_status: attempt.responseStatus,
    error: attempt.error,
  }
}

function attemptFrom(row: AttemptTable): DeliveryAttempt {
  return {
    startedAt: row.started_at,
    durationMs: row.duration_ms,
    responseStatus: row.response_status,
    error: row.error,
  }
}
