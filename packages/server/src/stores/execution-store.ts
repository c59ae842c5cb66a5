import { sql } from 'kysely'
import { backlogOf } from './backlog.ts'
import type { Kysely, RawBuilder, SqlBool, Transaction } from 'kysely'
import type { ClaimRequest, ExecutionFilter, ExecutionStore, Following } from '../executions/execution-store.ts'
import type { ClaimedExecution } from '../executions/execution.ts'
import type { LeaseRequest } from '../kernel/lease.ts'
import { artifactRow } from './artifact-row.ts'
import { claimableAt, leased, notClaimable } from './claim.ts'
import type { Database, ExecutionTable, ReportTable } from './database.ts'
import { deliveryRow } from './delivery-row.ts'
import { evenLength } from './even-length.ts'
import { executionFrom, failureColumns, waitingExecutionRow } from './execution-row.ts'
import { listExecutions } from './list-executions.ts'
import { lockFreeReport, lockReportOf } from './lock-report.ts'
import { removeEnded } from './remove-ended.ts'
import { rememberReads, type ChangeMark } from './remember-reads.ts'
import { addReportEvent } from './report-events.ts'
import { reportFrom } from './report-row.ts'
import { inTransaction } from './transactions.ts'

// Databases limit the parameters of a statement.
const askedAtOnce = 500

/** Executions in a database. Each call that changes something is one statement or one transaction. */
export function createExecutionStore(db: Kysely<Database>, changeMark?: ChangeMark): ExecutionStore {
  return {
    claimDue: (request, following) => inTransaction(db, (tx) => claimDue(tx, request, following)),

    countCompanions: async (executionId, limit) => (await companionsOf(db, executionId, limit).execute()).length,

    claimCompanions: (executionId, request, limit, following) =>
      inTransaction(db, async (tx) => {
        const claimed: ClaimedExecution[] = []
        for (const { id } of await free(tx, companionsOf(tx, executionId, limit)).execute()) {
          const companion = await claimRow(tx, request, id, following)
          if (companion !== undefined) claimed.push(companion)
        }
        return claimed
      }),

    async renewLease(executionId, leaseToken, expiresAt) {
      return (await changeLeased(db, executionId, leaseToken, { claimable_at: expiresAt })) !== undefined
    },

    complete: (executionId, leaseToken, { finishedAt, artifact, delivery }) =>
      inTransaction(db, async (tx) => {
        await lockReportOf(tx, executionId)
        const reportId = await changeLeased(tx, executionId, leaseToken, {
          status: 'Completed',
          finished_at: finishedAt,
          ...failureColumns(null),
          ...notClaimable,
        })
        if (reportId === undefined) return false
        await tx.insertInto('artifacts').values(artifactRow(artifact)).execute()
        if (delivery !== null) await tx.insertInto('callback_deliveries').values(deliveryRow(delivery)).execute()
        const detail = `${artifact.manifest.rows} rows, ${artifact.manifest.sizeBytes} bytes.`
        await addReportEvent(tx, reportId, { at: finishedAt, kind: 'completed', executionId, detail })
        await retireReport(tx, reportId)
        return true
      }),

    retryAt: (executionId, leaseToken, { at, retryAt, failure }) =>
      inTransaction(db, async (tx) => {
        await lockReportOf(tx, executionId)
        const failedTries = sql<number>`failed_tries + 1`
        const change = { ...claimableAt(retryAt), ...failureColumns(failure), failed_tries: failedTries }
        const reportId = await changeLeased(tx, executionId, leaseToken, change)
        if (reportId === undefined) return false
        await addReportEvent(tx, reportId, { at, kind: 'try_failed', executionId, detail: failure.message })
        return true
      }),

    fail: (executionId, leaseToken, { finishedAt, failure, delivery }) =>
      inTransaction(db, async (tx) => {
        await lockReportOf(tx, executionId)
        const reportId = await changeLeased(tx, executionId, leaseToken, {
          status: 'Failed',
          finished_at: finishedAt,
          ...failureColumns(failure),
          ...notClaimable,
        })
        if (reportId === undefined) return false
        if (delivery !== null) await tx.insertInto('callback_deliveries').values(deliveryRow(delivery)).execute()
        await addReportEvent(tx, reportId, { at: finishedAt, kind: 'failed', executionId, detail: failure.message })
        await retireReport(tx, reportId)
        return true
      }),

    handBack: (executionId, leaseToken, now) =>
      inTransaction(db, async (tx) => {
        await lockReportOf(tx, executionId)
        const changed = await tx
          .updateTable('executions')
          .set((eb) => ({ ...claimableAt(now), attempts: eb('attempts', '-', 1) }))
          .where('id', '=', executionId)
          .where('lease_token', '=', leaseToken)
          .returning('report_id')
          .executeTakeFirst()
        if (changed === undefined) return false
        await addReportEvent(tx, changed.report_id, { at: now, kind: 'handed_back', executionId })
        return true
      }),

    async heldLeases(executionIds) {
      const held = new Map<string, string>()
      for (let start = 0; start < executionIds.length; start += askedAtOnce) {
        const rows = await db
          .selectFrom('executions')
          .select(['id', 'lease_token'])
          .where('id', 'in', executionIds.slice(start, start + askedAtOnce))
          .execute()
        for (const { id, lease_token } of rows) if (lease_token !== null) held.set(id, lease_token)
      }
      return held
    },

    removeEnded: (beforeAt, limit) => inTransaction(db, (tx) => removeEnded(tx, beforeAt, limit)),

    backlog: (now) => backlogOf(db, 'executions', now),

    async nextDueAt() {
      const next = await claimable(db).select('e.claimable_at').executeTakeFirst()
      return next?.claimable_at ?? undefined
    },

    list: rememberReads(changeMark, (accountId: string, program: string, filter: ExecutionFilter) =>
      listExecutions(db, accountId, program, filter),
    ),
  }
}

/**
 * The execution to be claimed next, whether its time has come or not: one that waits while no other of its report runs,
 * or one that runs, whose time is the end of its lease. Read from the index of claimable rows, oldest first. What it
 * passes over on the way are waiting rows of running reports that are due already: never more than there are runs.
 *
 * Statuses are written out, not parameters: only so can SQLite know that its partial indexes hold the answer.
 */
function claimable(db: Kysely<Database>) {
  return db
    .selectFrom('executions as e')
    .where('e.claimable_at', 'is not', null)
    .where((eb) => eb.or([sql<SqlBool>`e.status = 'Running'`, noneOfItsReportRuns]))
    .orderBy('e.claimable_at')
    .orderBy('e.id')
    .limit(1)
}

/** Of `e`, an execution. */
const noneOfItsReportRuns = sql<SqlBool>`not exists (
  select sibling.id from executions as sibling where sibling.report_id = e.report_id and sibling.status = 'Running'
)`

/**
 * The id of the execution to be claimed at the time of the request, of an account that isn't passed over. One that
 * somebody else is about to claim is passed over as well: nobody waits at the head of the queue.
 */
function due(tx: Transaction<Database>, { now, passOver = [] }: ClaimRequest) {
  const first = claimable(tx).select('e.id').where('e.claimable_at', '<=', now).forNoKeyUpdate('e').skipLocked()
  return passOver.length === 0 ? first : first.where('e.account_id', 'not in', evenLength(passOver))
}

async function claimDue(
  tx: Transaction<Database>,
  request: ClaimRequest,
  following: Following,
): Promise<ClaimedExecution | undefined> {
  return claimRow(tx, request, due(tx, request), following)
}

/**
 * What waits for the same instant with the same query, one of each other account: that is a turn of each, as when they
 * come one by one. One that waits for a run of its own report stays where it is.
 */
function companionsOf(db: Kysely<Database>, executionId: string, limit: number) {
  return (
    db
      .selectFrom('executions as e')
      .innerJoin('executions as claimed', (join) =>
        join.onRef('claimed.scan_key', '=', 'e.scan_key').onRef('claimed.scheduled_at', '=', 'e.claimable_at'),
      )
      .select((eb) => eb.fn.min('e.id').as('id'))
      .where('claimed.id', '=', executionId)
      .where(sql<SqlBool>`e.status = 'Pending' and e.scan_key is not null`)
      .whereRef('e.account_id', '<>', 'claimed.account_id')
      .where(noneOfItsReportRuns)
      .groupBy('e.account_id')
      // The order of their index: it is read until there are enough, however many wait.
      .orderBy('e.account_id')
      .limit(limit)
  )
}

/** Those that nobody else is about to claim, held by this transaction. A statement of its own: groups can't be locked. */
function free(tx: Transaction<Database>, ids: ReturnType<typeof companionsOf>) {
  return tx
    .selectFrom('executions as e')
    .select('e.id')
    .where('e.id', 'in', ids)
    .orderBy('e.account_id')
    .forNoKeyUpdate('e')
    .skipLocked()
}

async function claimRow(
  tx: Transaction<Database>,
  request: LeaseRequest,
  id: string | ReturnType<typeof due>,
  following: Following,
): Promise<ClaimedExecution | undefined> {
  const claimed = await tx
    .updateTable('executions')
    .set((eb) => ({
      status: 'Running',
      claims: eb('claims', '+', 1),
      attempts: eb('attempts', '+', 1),
      started_at: eb.fn.coalesce('started_at', eb.val(request.now)),
      ...leased(request),
    }))
    .where('id', '=', id)
    // Said again: where two may look at once, the second one to write must see that the first has moved the time.
    .where('claimable_at', '<=', request.now)
    .returningAll()
    .executeTakeFirst()
  if (claimed === undefined) return undefined

  const found = await lockFreeReport(tx, claimed.report_id)
  const report = claimed.claims === 1 ? await begin(tx, claimed, found, following) : found
  await addReportEvent(tx, claimed.report_id, {
    at: request.now,
    kind: 'started',
    executionId: claimed.id,
    scheduledAt: claimed.scheduled_at,
    detail: claimed.claims === 1 ? null : `Try ${claimed.attempts}.`,
  })
  return {
    ...executionFrom(claimed),
    report: reportFrom(report),
    lease: { token: request.token, owner: request.owner, expiresAt: request.expiresAt },
  }
}

/** The first claim of an execution: its report counts it, and the occurrence that follows begins to wait. */
async function begin(
  tx: Transaction<Database>,
  claimed: ExecutionTable,
  found: ReportTable,
  following: Following,
): Promise<ReportTable> {
  const report = { ...found, started_count: found.started_count + 1 }
  await tx.updateTable('reports').set({ started_count: report.started_count }).where('id', '=', report.id).execute()
  const next = following(reportFrom(report), claimed.occurrence)
  if (next !== undefined) {
    await tx
      .insertInto('executions')
      .values(waitingExecutionRow(report, next))
      // An occurrence that is stored already stays as it is. An error would undo this claim, and the same row would be
      // claimed and undone for ever, at the head of everyone's queue.
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
  return report
}

/** New values of columns, or SQL for them. */
type ExecutionChange = {
  readonly [Column in keyof ExecutionTable]?: ExecutionTable[Column] | RawBuilder<ExecutionTable[Column]>
}

/**
 * Changes the execution if it is still under this lease, and returns the id of its report; undefined if it isn't. Only
 * a Running row has a lease token (a CHECK of the table), so the token alone says it all.
 */
async function changeLeased(
  db: Kysely<Database>,
  executionId: string,
  leaseToken: string,
  change: ExecutionChange,
): Promise<string | undefined> {
  const changed = await db
    .updateTable('executions')
    .set(change)
    .where('id', '=', executionId)
    .where('lease_token', '=', leaseToken)
    .returning('report_id')
    .executeTakeFirst()
  return changed?.report_id
}

/**
 * The report becomes Inactive if this was the end of it: no execution of it waits, and (this one ran) none runs. Only
 * under the report's lock: who changes it may be storing a waiting one just now.
 */
async function retireReport(tx: Transaction<Database>, reportId: string): Promise<void> {
  await tx
    .updateTable('reports')
    .set({ status: 'Inactive' })
    .where('id', '=', reportId)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('executions')
            .select('executions.id')
            .where('executions.report_id', '=', reportId)
            .where(sql<SqlBool>`executions.status in ('Pending', 'Paused')`),
        ),
      ),
    )
    .execute()
}
