import type { Kysely } from 'kysely'
import type { Role } from '../access/caller.ts'
import type { ClientStore } from '../access/client-store.ts'
import type { Account, Client } from '../access/client.ts'
import type { AccountTable, ClientTable, Database } from './database.ts'

/** Accounts and clients in a database. */
export function createClientStore(db: Kysely<Database>): ClientStore {
  return {
    async putAccount(account) {
      await db
        .insertInto('accounts')
        .values({ id: account.id, name: account.name, created_at: account.createdAt })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute()
    },

    async insertClient(client) {
      await db.insertInto('clients').values(toRow(client)).execute()
    },

    async findClient(clientId) {
      const row = await db.selectFrom('clients').selectAll().where('id', '=', clientId).executeTakeFirst()
      return row && clientFrom(row)
    },

    async listAccounts() {
      const rows = await db.selectFrom('accounts').selectAll().orderBy('created_at').orderBy('id').execute()
      return rows.map(accountFrom)
    },

    async listClients(accountId) {
      const rows = await db
        .selectFrom('clients')
        .selectAll()
        .where('account_id', '=', accountId)
        .orderBy('created_at')
        .orderBy('id')
        .execute()
      return rows.map(clientFrom)
    },
  }
}

function accountFrom(row: AccountTable): Account {
  return { id: row.id, name: row.name, createdAt: row.created_at }
}

function toRow(client: Client): ClientTable {
  return {
    id: client.id,
    account_id: client.accountId,
    name: client.name,
    user_id: client.user,
    secret_hash: client.secretHash,
    roles: JSON.stringify(client.roles),
    webhook_secret: client.webhookSecret,
    created_at: client.createdAt,
    disabled_at: client.disabledAt,
  }
}

function clientFrom(row: ClientTable): Client {
  return {
    id: row.id,
    accountId: row.account_id,
    name: row.name,
    user: row.user_id,
    secretHash: row.secret_hash,
    roles: JSON.parse(row.roles) as readonly Role[],
    webhookSecret: row.webhook_secret,
    createdAt: row.created_at,
    disabledAt: row.disabled_at,
  }
}
