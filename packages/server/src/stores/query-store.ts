import type { Kysely } from 'kysely'
import type { QueryStore } from '../queries/query-store.ts'
import type { SavedQuery } from '../queries/saved-query.ts'
import type { Database, QueryTable } from './database.ts'
import { nameKey } from '../kernel/name-key.ts'
import { pageOf, rowsToRead } from './newest-first.ts'
import { inTransaction, takeTurn } from './transactions.ts'

/** Saved queries in a database. */
export function createQueryStore(db: Kysely<Database>): QueryStore {
  return {
    insertWithin: (query, limit) =>
      inTransaction(db, async (tx) => {
        await takeTurn(tx, `queries of ${query.accountId} ${query.clientId}`)
        const { count } = await tx
          .selectFrom('queries')
          .select((eb) => eb.fn.countAll<number>().as('count'))
          .where('account_id', '=', query.accountId)
          .where('client_id', '=', query.clientId)
          .executeTakeFirstOrThrow()
        if (count >= limit) return 'limit_reached'
        await tx.insertInto('queries').values(toRow(query)).execute()
        return 'inserted'
      }),

    async find(accountId, program, id) {
      const row = await db
        .selectFrom('queries')
        .selectAll()
        .where('id', '=', id)
        .where('account_id', '=', accountId)
        .where('program', '=', program)
        .executeTakeFirst()
      return row && fromRow(row)
    },

    async list(accountId, program, { id, name }, page) {
      let rows = db
        .selectFrom('queries')
        .selectAll()
        .where('account_id', '=', accountId)
        .where('program', '=', program)
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(rowsToRead(page))
      if (id !== undefined) rows = rows.where('id', '=', id)
      if (name !== undefined) rows = rows.where('name_key', '=', nameKey(name))
      const { after } = page
      if (after !== null) {
        rows = rows.where((eb) => eb(eb.refTuple('created_at', 'id'), '<', eb.tuple(after.createdAt, after.id)))
      }
      return pageOf((await rows.execute()).map(fromRow), page)
    },

    async delete(accountId, program, id) {
      const { numDeletedRows } = await db
        .deleteFrom('queries')
        .where('id', '=', id)
        .where('account_id', '=', accountId)
        .where('program', '=', program)
        .executeTakeFirst()
      return numDeletedRows > 0n ? 'deleted' : 'not_found'
    },
  }
}

function toRow(query: SavedQuery): QueryTable {
  return {
    id: query.id,
    account_id: query.accountId,
    program: query.program,
    client_id: query.clientId,
    user_id: query.user,
    name: query.name,
    name_key: nameKey(query.name),
    description: query.description,
    query_text: query.text,
    created_at: query.createdAt,
  }
}

function fromRow(row: QueryTable): SavedQuery {
  return {
    id: row.id,
    accountId: row.account_id,
    program: row.program,
    clientId: row.client_id,
    user: row.user_id,
    name: row.name,
    description: row.description,
    text: row.query_text,
    createdAt: row.created_at,
  }
}
