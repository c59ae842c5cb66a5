import type { Kysely } from 'kysely'
import type { Role } from '../access/caller.ts'
import type { ClientStore } from '../access/client-store.ts'
import type { Account, Client } from '../access/client.ts'
import { appendAudit } from './audit-log.ts'
import { certificateRow, secretRow } from './credential-row.ts'
import type { AccountTable, ClientTable, Database } from './database.ts'
import { inTransaction } from './transactions.ts'

/** Accounts and clients in a database. */
export function createClientStore(db: Kysely<Database>): ClientStore {
  const clientsWithAccount = () =>
    db
      .selectFrom('clients')
      .innerJoin('accounts', 'accounts.id', 'clients.account_id')
      .selectAll('clients')
      .select('accounts.disabled_at as account_disabled_at')

  async function findAccount(accountId: string): Promise<Account | undefined> {
    const row = await db.selectFrom('accounts').selectAll().where('id', '=', accountId).executeTakeFirst()
    return row && accountFrom(row)
  }

  return {
    async putAccount(account, entry) {
      // Most often it is there: that takes no transaction, and so no writer's turn.
      if ((await findAccount(account.id)) !== undefined) return
      await inTransaction(db, async (tx) => {
        const inserted = await tx
          .insertInto('accounts')
          .values({
            id: account.id,
            name: account.name,
            created_at: account.createdAt,
            disabled_at: account.disabledAt,
          })
          .onConflict((conflict) => conflict.column('id').doNothing())
          .executeTakeFirst()
        if (inserted.numInsertedOrUpdatedRows === 1n) await appendAudit(tx, entry)
      })
    },

    changeAccount: (accountId, { name, disabledAt }, entry) =>
      inTransaction(db, async (tx) => {
        const changed = await tx
          .updateTable('accounts')
          .set({ ...(name !== undefined && { name }), ...(disabledAt !== undefined && { disabled_at: disabledAt }) })
          .where('id', '=', accountId)
          .executeTakeFirst()
        if (changed.numUpdatedRows === 0n) return false
        await appendAudit(tx, entry)
        return true
      }),

    insertClient: (client, credential, entry) =>
      inTransaction(db, async (tx) => {
        await tx.insertInto('clients').values(toRow(client)).execute()
        if (credential?.kind === 'secret') {
          await tx.insertInto('client_secrets').values(secretRow(credential.secret)).execute()
        } else if (credential !== null) {
          await tx.insertInto('client_certificates').values(certificateRow(credential.certificate)).execute()
        }
        await appendAudit(tx, entry)
      }),

    changeClient: (clientId, { name, roles, disabledAt }, entry) =>
      inTransaction(db, async (tx) => {
        const changed = await tx
          .updateTable('clients')
          .set({
            ...(name !== undefined && { name }),
            ...(roles !== undefined && { roles: JSON.stringify(roles) }),
            ...(disabledAt !== undefined && { disabled_at: disabledAt }),
          })
          .where('id', '=', clientId)
          .executeTakeFirst()
        if (changed.numUpdatedRows === 0n) return false
        await appendAudit(tx, entry)
        return true
      }),

    findAccount,

    async findClient(clientId) {
      const row = await clientsWithAccount().where('clients.id', '=', clientId).executeTakeFirst()
      return row && clientFrom(row)
    },

    async listAccounts() {
      const rows = await db.selectFrom('accounts').selectAll().orderBy('created_at').orderBy('id').execute()
      return rows.map(accountFrom)
    },

    async listClients(accountId) {
      const all = clientsWithAccount().orderBy('clients.created_at').orderBy('clients.id')
      const rows = await (accountId === null ? all : all.where('account_id', '=', accountId)).execute()
      return rows.map(clientFrom)
    },
  }
}

function accountFrom(row: AccountTable): Account {
  return { id: row.id, name: row.name, createdAt: row.created_at, disabledAt: row.disabled_at }
}

function toRow(client: Client): ClientTable {
  return {
    id: client.id,
    account_id: client.accountId,
    name: client.name,
    user_id: client.user,
    roles: JSON.stringify(client.roles),
    webhook_secret: client.webhookSecret,
    created_at: client.createdAt,
    disabled_at: client.disabledAt,
  }
}

function clientFrom(row: ClientTable & { readonly account_disabled_at: number | null }): Client {
  return {
    id: row.id,
    accountId: row.account_id,
    name: row.name,
    user: row.user_id,
    roles: JSON.parse(row.roles) as readonly Role[],
    webhookSecret: row.webhook_secret,
    createdAt: row.created_at,
    disabledAt: row.disabled_at,
    accountDisabledAt: row.account_disabled_at,
  }
}
