import type { Kysely, Transaction } from 'kysely'
import type { ClientUser, RefreshToken } from '../access/client-user.ts'
import type { UserStore } from '../access/user-store.ts'
import { appendAudit } from './audit-log.ts'
import type { ClientUserTable, Database } from './database.ts'
import { inTransaction, takeTurn } from './transactions.ts'

// Each log-in and each exchange sweeps up a few that have ended: more than it adds.
const sweptAtOnce = 10

/** Users of clients and their refresh tokens in a database. */
export function createUserStore(db: Kysely<Database>): UserStore {
  return {
    async listUsers(clientId) {
      const rows = await db
        .selectFrom('client_users')
        .selectAll()
        .where('client_id', '=', clientId)
        .orderBy('name')
        .execute()
      return rows.map(userFrom)
    },

    insertUser: (user, entry) =>
      inTransaction(db, async (tx) => {
        const inserted = await tx
          .insertInto('client_users')
          .values({
            id: user.id,
            client_id: user.clientId,
            name: user.name,
            password_hash: user.passwordHash,
            created_at: user.createdAt,
          })
          .onConflict((conflict) => conflict.columns(['client_id', 'name']).doNothing())
          .executeTakeFirst()
        if (inserted.numInsertedOrUpdatedRows !== 1n) return false
        await appendAudit(tx, entry)
        return true
      }),

    removeUser: (clientId, name, entry) =>
      inTransaction(db, async (tx) => {
        const removed = await tx
          .deleteFrom('client_users')
          .where('client_id', '=', clientId)
          .where('name', '=', name)
          .executeTakeFirst()
        if (removed.numDeletedRows === 0n) return false
        await appendAudit(tx, entry)
        return true
      }),

    insertRefreshToken: (token) => inTransaction(db, (tx) => insert(tx, token)),

    takeRefreshToken: (used, next) =>
      inTransaction(db, async (tx) => {
        const found = await tx
          .selectFrom('refresh_tokens')
          .innerJoin('client_users', 'client_users.id', 'refresh_tokens.user_id')
          .selectAll('client_users')
          .select(['refresh_tokens.family_id', 'refresh_tokens.ends_at'])
          .where('refresh_tokens.hash', '=', used.hash)
          .where('refresh_tokens.client_id', '=', used.clientId)
          .executeTakeFirst()
        if (found === undefined) return { kind: 'unknown' }
        const { family_id: familyId, ends_at: endsAt } = found
        // A family is revoked as a whole: its newest token must not be one that another transaction is about to add.
        await takeTurn(tx, `refresh tokens of ${familyId}`)
        // Taken by the statement, not by what was read: of two at once, on any servers, it changes a row for one.
        const taken = await tx
          .updateTable('refresh_tokens')
          .set({ used_at: next.createdAt })
          .where('hash', '=', used.hash)
          .where('used_at', 'is', null)
          .executeTakeFirst()
        if (taken.numUpdatedRows === 0n) {
          await tx.deleteFrom('refresh_tokens').where('family_id', '=', familyId).execute()
          return { kind: 'reused' }
        }
        if (endsAt <= next.createdAt) return { kind: 'ended' }
        const user = userFrom(found)
        await insert(tx, { ...next, familyId, clientId: used.clientId, userId: user.id })
        return { kind: 'taken', user }
      }),
  }
}

async function insert(tx: Transaction<Database>, token: RefreshToken): Promise<void> {
  const ended = tx
    .selectFrom('refresh_tokens')
    .select('hash')
    .where('ends_at', '<=', token.createdAt)
    .orderBy('ends_at')
    .limit(sweptAtOnce)
    .forUpdate()
    .skipLocked()
  await tx.deleteFrom('refresh_tokens').where('hash', 'in', ended).execute()
  await tx
    .insertInto('refresh_tokens')
    .values({
      hash: token.hash,
      family_id: token.familyId,
      client_id: token.clientId,
      user_id: token.userId,
      created_at: token.createdAt,
      ends_at: token.endsAt,
      used_at: null,
    })
    .execute()
}

function userFrom(row: ClientUserTable): ClientUser {
  return {
    id: row.id,
    clientId: row.client_id,
    name: row.name,
    passwordHash: row.password_hash,
    createdAt: row.created_at,
  }
}
