import type { Kysely, Transaction } from 'kysely'
import type { Beginning, IdempotencyStore, KeyedRequest } from '../idempotency/idempotency-store.ts'
import type { Database } from './database.ts'
import { inTransaction, takeTurn } from './transactions.ts'

/** Expired keys that one request clears away: more than it adds, so that they never pile up. */
const forgottenAtOnce = 20

/** Idempotency keys in a database. */
export function createIdempotencyStore(db: Kysely<Database>): IdempotencyStore {
  return {
    begin: (request) => inTransaction(db, (tx) => begin(tx, request)),

    async renew(clientId, key, leaseEndsAt) {
      await db
        .updateTable('idempotency_keys')
        .set({ lease_ends_at: leaseEndsAt })
        .where('client_id', '=', clientId)
        .where('idempotency_key', '=', key)
        .where('answer', 'is', null)
        .execute()
    },

    async finish(clientId, key, answer) {
      await db
        .updateTable('idempotency_keys')
        .set({ answer })
        .where('client_id', '=', clientId)
        .where('idempotency_key', '=', key)
        .execute()
    },

    async release(clientId, key) {
      await db
        .deleteFrom('idempotency_keys')
        .where('client_id', '=', clientId)
        .where('idempotency_key', '=', key)
        .where('answer', 'is', null)
        .execute()
    },
  }
}

async function begin(tx: Transaction<Database>, request: KeyedRequest): Promise<Beginning> {
  const { clientId, key, fingerprint, now, leaseEndsAt } = request
  await takeTurn(tx, `key ${key} of ${clientId}`)
  await forget(tx, request.forgetBeforeAt)
  const row = await tx
    .selectFrom('idempotency_keys')
    .selectAll()
    .where('client_id', '=', clientId)
    .where('idempotency_key', '=', key)
    .executeTakeFirst()
  const isForgotten = row !== undefined && row.created_at < request.forgetBeforeAt
  if (row !== undefined && !isForgotten) {
    if (row.fingerprint !== fingerprint) return { kind: 'mismatch' }
    if (row.answer !== null) return { kind: 'answered', answer: row.answer }
    if (row.lease_ends_at > now) return { kind: 'in_progress' }
  }
  const isNew = row === undefined || isForgotten
  const begunAt = isNew ? now : row.created_at
  const values = { fingerprint, created_at: begunAt, lease_ends_at: leaseEndsAt, answer: null }
  await tx
    .insertInto('idempotency_keys')
    .values({ client_id: clientId, idempotency_key: key, ...values })
    .onConflict((conflict) => conflict.columns(['client_id', 'idempotency_key']).doUpdateSet(values))
    .execute()
  return { kind: isNew ? 'begun' : 'begun_again', begunAt }
}

async function forget(tx: Transaction<Database>, beforeAt: number): Promise<void> {
  const old = await tx
    .selectFrom('idempotency_keys')
    .select(['client_id', 'idempotency_key'])
    .where('created_at', '<', beforeAt)
    .orderBy('created_at')
    .limit(forgottenAtOnce)
    .forUpdate()
    .skipLocked()
    .execute()
  for (const { client_id, idempotency_key } of old) {
    await tx
      .deleteFrom('idempotency_keys')
      .where('client_id', '=', client_id)
      .where('idempotency_key', '=', idempotency_key)
      .execute()
  }
}
