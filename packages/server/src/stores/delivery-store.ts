import { evenLength } from './even-length.ts'
import { backlogOf } from './backlog.ts'
import type { Kysely } from 'kysely'
import type { DeliveryStore } from '../callbacks/delivery-store.ts'
import type { DeliveryAttempt, DeliveryVerdict } from '../callbacks/delivery.ts'
import { claimableAt, leased, notClaimable } from './claim.ts'
import type { AttemptTable, Database, DeliveryTable } from './database.ts'
import { deliveryFrom } from './delivery-row.ts'
import { addReportEvent } from './report-events.ts'
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
            .limit(1)
            // Of several couriers each takes another one, and none waits for the others.
            .forNoKeyUpdate()
            .skipLocked(),
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

    backlog: (now) => backlogOf(db, 'callback_deliveries', now),

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

    async list(accountId, { reportId, executionId }, limit) {
      let rows = db
        .selectFrom('callback_deliveries')
        .selectAll()
        .where('report_id', '=', reportId)
        .where('account_id', '=', accountId)
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
      if (executionId !== null) rows = rows.where('execution_id', '=', executionId)
      const deliveries = (await rows.execute()).map(deliveryFrom)
      const attempts = await attemptsOf(
        db,
        deliveries.map(({ id }) => id),
      )
      return deliveries.map((delivery) => ({ ...delivery, history: attempts.get(delivery.id) ?? [] }))
    },

    async findOne(accountId, deliveryId) {
      const row = await db
        .selectFrom('callback_deliveries')
        .selectAll()
        .where('id', '=', deliveryId)
        .where('account_id', '=', accountId)
        .executeTakeFirst()
      return row && deliveryFrom(row)
    },

    sendAgain: (accountId, deliveryId, { id, now }) =>
      inTransaction(db, async (tx) => {
        const delivery = await tx
          .updateTable('callback_deliveries')
          .set({ status: 'waiting', due_at: now, ...claimableAt(now) })
          .where('id', '=', deliveryId)
          .where('account_id', '=', accountId)
          .where('lease_token', 'is', null)
          .returning(['report_id', 'execution_id'])
          .executeTakeFirst()
        if (delivery === undefined) return
        await addReportEvent(tx, delivery.report_id, {
          at: now,
          kind: 'callback_sent_again',
          executionId: delivery.execution_id,
          detail: sentAgainDetail(deliveryId, id),
        })
      }),

    async wasSentAgain(accountId, deliveryId, requestId) {
      const noted = await db
        .selectFrom('callback_deliveries as d')
        .innerJoin('report_events as e', 'e.report_id', 'd.report_id')
        .select('e.at')
        .where('d.id', '=', deliveryId)
        .where('d.account_id', '=', accountId)
        .where('e.detail', '=', sentAgainDetail(deliveryId, requestId))
        .executeTakeFirst()
      return noted !== undefined
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

/** Both ids, so that the partner finds the callback, and a request that comes again what it has done. */
function sentAgainDetail(deliveryId: string, requestId: string): string {
  return `Callback ${deliveryId}, asked for by request ${requestId}.`
}

async function attemptsOf(
  db: Kysely<Database>,
  deliveryIds: readonly string[],
): Promise<ReadonlyMap<string, readonly DeliveryAttempt[]>> {
  if (deliveryIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('callback_attempts')
    .selectAll()
    .where('delivery_id', 'in', evenLength(deliveryIds))
    .orderBy('delivery_id')
    .orderBy('attempt')
    .execute()
  const grouped = Map.groupBy(rows, ({ delivery_id }) => delivery_id)
  return new Map([...grouped].map(([id, of]) => [id, of.map(attemptFrom)]))
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
