import type { Kysely, Transaction } from 'kysely'
import type { CredentialRemoval, CredentialStore, LiveLimit } from '../access/credential-store.ts'
import { minuteMs } from '../kernel/hours.ts'
import { appendAudit } from './audit-log.ts'
import { certificateFrom, certificateRow, secretFrom, secretRow } from './credential-row.ts'
import type { Database } from './database.ts'
import { inTransaction, takeTurn } from './transactions.ts'

// Each use of an assertion sweeps up a few: more than it adds, so the table holds those that are young and no others.
const sweptAtOnce = 10

/** Secrets, certificates and used assertions in a database. */
export function createCredentialStore(db: Kysely<Database>): CredentialStore {
  return {
    async listSecrets(clientId) {
      const rows = await db
        .selectFrom('client_secrets')
        .selectAll()
        .where('client_id', '=', clientId)
        .orderBy('created_at')
        .orderBy('id')
        .execute()
      return rows.map(secretFrom)
    },

    insertSecret: (secret, limit, entry) =>
      inTransaction(db, async (tx) => {
        await takeTurn(tx, turnOf(secret.clientId))
        if ((await countLive(tx, 'client_secrets', secret.clientId, limit)) >= limit.most) return 'full'
        await tx.insertInto('client_secrets').values(secretRow(secret)).execute()
        await appendAudit(tx, entry)
        return 'inserted'
      }),

    removeSecret: (removal, entry) =>
      inTransaction(db, async (tx) => {
        await takeTurn(tx, turnOf(removal.clientId))
        if (await isLastToKeep(tx, removal)) return 'last'
        const removed = await tx
          .deleteFrom('client_secrets')
          .where('client_id', '=', removal.clientId)
          .where('id', '=', removal.id)
          .executeTakeFirst()
        if (removed.numDeletedRows === 0n) return 'unknown'
        await appendAudit(tx, entry)
        return 'removed'
      }),

    async noteSecretUsed(secretId, at) {
      await db
        .updateTable('client_secrets')
        .set({ last_used_at: at })
        .where('id', '=', secretId)
        // Many requests may have read the row before the first of them wrote: the others write nothing.
        .where((row) => row.or([row('last_used_at', 'is', null), row('last_used_at', '<=', at - minuteMs)]))
        .execute()
    },

    async listCertificates(clientId) {
      const rows = await db
        .selectFrom('client_certificates')
        .selectAll()
        .where('client_id', '=', clientId)
        .orderBy('created_at')
        .orderBy('thumbprint')
        .execute()
      return rows.map(certificateFrom)
    },

    insertCertificate: (certificate, limit, entry) =>
      inTransaction(db, async (tx) => {
        const { clientId, thumbprint } = certificate
        await takeTurn(tx, turnOf(clientId))
        const same = await tx
          .selectFrom('client_certificates')
          .select('thumbprint')
          .where('client_id', '=', clientId)
          .where('thumbprint', '=', thumbprint)
          .executeTakeFirst()
        if (same !== undefined) return 'known'
        if ((await countLive(tx, 'client_certificates', clientId, limit)) >= limit.most) return 'full'
        await tx.insertInto('client_certificates').values(certificateRow(certificate)).execute()
        await appendAudit(tx, entry)
        return 'inserted'
      }),

    removeCertificate: (removal, entry) =>
      inTransaction(db, async (tx) => {
        await takeTurn(tx, turnOf(removal.clientId))
        if (await isLastToKeep(tx, removal)) return 'last'
        const removed = await tx
          .deleteFrom('client_certificates')
          .where('client_id', '=', removal.clientId)
          .where('thumbprint', '=', removal.id)
          .executeTakeFirst()
        if (removed.numDeletedRows === 0n) return 'unknown'
        await appendAudit(tx, entry)
        return 'removed'
      }),

    async noteCertificateUsed(clientId, thumbprint, at) {
      await db
        .updateTable('client_certificates')
        .set({ last_used_at: at })
        .where('client_id', '=', clientId)
        .where('thumbprint', '=', thumbprint)
        .where((row) => row.or([row('last_used_at', 'is', null), row('last_used_at', '<=', at - minuteMs)]))
        .execute()
    },

    useAssertion: ({ clientId, id, endsAt }, now) =>
      inTransaction(db, async (tx) => {
        const over = await tx
          .selectFrom('used_assertions')
          .select(['client_id', 'id'])
          .where('ends_at', '<=', now)
          .orderBy('ends_at')
          .limit(sweptAtOnce)
          .forUpdate()
          .skipLocked()
          .execute()
        for (const row of over) {
          await tx
            .deleteFrom('used_assertions')
            .where('client_id', '=', row.client_id)
            .where('id', '=', row.id)
            .execute()
        }
        const inserted = await tx
          .insertInto('used_assertions')
          .values({ client_id: clientId, id, ends_at: endsAt })
          .onConflict((conflict) => conflict.columns(['client_id', 'id']).doNothing())
          .executeTakeFirst()
        return inserted.numInsertedOrUpdatedRows === 1n
      }),
  }
}

async function countLive(
  tx: Transaction<Database>,
  table: 'client_secrets' | 'client_certificates',
  clientId: string,
  { now }: LiveLimit,
): Promise<number> {
  const { live } = await tx
    .selectFrom(table)
    .select((row) => row.fn.countAll<number>().as('live'))
    .where('client_id', '=', clientId)
    .where((row) => row.or([row('expires_at', 'is', null), row('expires_at', '>', now)]))
    .executeTakeFirstOrThrow()
  return live
}

/** Whether the credential is the only live one of a client that has to keep one. In a turn: nobody else removes any meanwhile. */
async function isLastToKeep(
  tx: Transaction<Database>,
  { clientId, id, keepsOneAt }: CredentialRemoval,
): Promise<boolean> {
  if (keepsOneAt === null) return false
  const secrets = await tx
    .selectFrom('client_secrets')
    .select('id')
    .where('client_id', '=', clientId)
    .where((row) => row.or([row('expires_at', 'is', null), row('expires_at', '>', keepsOneAt)]))
    .execute()
  const certificates = await tx
    .selectFrom('client_certificates')
    .select('thumbprint as id')
    .where('client_id', '=', clientId)
    .where('expires_at', '>', keepsOneAt)
    .execute()
  const live = [...secrets, ...certificates]
  return live.length === 1 && live[0]?.id === id
}

/** Who changes credentials of a client does so alone: what is decided by is how many there are. */
function turnOf(clientId: string): string {
  return `credentials of ${clientId}`
}
