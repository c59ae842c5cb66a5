import { artifactFileName } from '../artifacts/artifact-file-name.ts'
import type { Artifact, Manifest } from '../artifacts/artifact.ts'
import type { BlobStore } from '../artifacts/blob-store.ts'
import type { CallbackDelivery } from '../callbacks/delivery.ts'
import { makeDelivery } from '../callbacks/make-delivery.ts'
import { DatabaseAway } from '../kernel/database-away.ts'
import { endForGood, endTry, reasonNotToTry } from './end-try.ts'
import type { EndTryDeps } from './end-try.ts'
import type { ClaimedExecution, Failure } from './execution.ts'
import { holdLease } from './hold-lease.ts'
import type { HoldLeaseDeps } from './hold-lease.ts'
import { makeFile } from './make-file.ts'
import type { MakeFileDeps } from './make-file.ts'
import { accountDisabled, RunFailure } from './run-failure.ts'
import { runFileKey } from './run-file.ts'

export interface RunExecutionDeps extends MakeFileDeps, HoldLeaseDeps, EndTryDeps {
  readonly blobs: BlobStore
  /** Asked when a run begins, and again before its file can be had. */
  readonly isAccountDisabled: (accountId: string) => Promise<boolean>
}

/**
 * Runs a claimed execution to one of its ends, all of them recorded under its lease:
 *
 *   make the file → lease still ours? → publish → Completed, artifact and callback in one transaction
 *
 * A file that was published without that transaction is removed again: what the store doesn't know doesn't exist.
 * `shutdown` calls the run off and hands it back, if it is there still: a deleted report took it along. Throws only when the store or the blob store is in trouble; then the
 * lease ends, and another worker runs it again, to the same bytes.
 */
export async function runExecution(
  deps: RunExecutionDeps,
  execution: ClaimedExecution,
  shutdown: AbortSignal,
): Promise<void> {
  const { blobs, events, executions } = deps
  const hopeless = reasonNotToTry(execution, deps.clock.now()) ?? (await reasonToKeepOut(deps, execution))
  if (hopeless !== undefined) {
    await endForGood(deps, execution, hopeless, null)
    return
  }

  events.executionStarted(execution)
  const lease = holdLease(deps, execution)
  const blobKey = runFileKey(execution)
  try {
    const calledOff = AbortSignal.any([shutdown, lease.lost])
    const manifest = await makeFile(deps, execution, blobs.stagingPath(blobKey), calledOff)

    // It may have been disabled since.
    const keptOut = await reasonToKeepOut(deps, execution)
    if (keptOut !== undefined) throw new RunFailure(keptOut)
    if (!(await lease.confirm())) return events.executionLeaseLost(execution)
    // To a store that is elsewhere this takes as long as the file is large: the lease may be lost meanwhile.
    await blobs.publish(blobKey, manifest, calledOff)
    const result = completion(deps, execution, blobKey, manifest)
    if (await executions.complete(execution.id, execution.lease.token, result)) {
      events.executionCompleted(execution, result.artifact)
      if (result.delivery !== null) deps.deliveryOwed()
    } else {
      await blobs.delete(blobKey)
      events.executionLeaseLost(execution)
    }
  } catch (error) {
    // First of all, or a renewal could cross what is recorded now.
    lease.release()
    const recorded = await endUnfinished(deps, execution, error, { lost: lease.lost, shutdown })
    // Only when the store says that this run has not completed: an error of `complete` leaves that open, and a
    // completed execution must keep its file.
    if (recorded) await blobs.delete(blobKey)
  } finally {
    lease.release()
    await blobs.discard(blobKey)
  }
}

/** Why nothing is made for the account of an execution; undefined when something is. */
async function reasonToKeepOut(deps: RunExecutionDeps, { accountId }: ClaimedExecution): Promise<Failure | undefined> {
  return (await deps.isAccountDisabled(accountId)) ? accountDisabled : undefined
}

/** Records what becomes of a run that came to no file. False: the lease was no longer ours, and nothing was recorded. */
async function endUnfinished(
  deps: RunExecutionDeps,
  execution: ClaimedExecution,
  error: unknown,
  signals: { readonly lost: AbortSignal; readonly shutdown: AbortSignal },
): Promise<boolean> {
  // That the database was away is nothing that the run has done: it begins anew, and no try is used up.
  const isOurs = !signals.lost.aborted
  if (isOurs && !signals.shutdown.aborted && !(error instanceof DatabaseAway)) return endTry(deps, execution, error)
  const handedBack = isOurs && (await deps.executions.handBack(execution.id, execution.lease.token, deps.clock.now()))
  if (handedBack) deps.events.executionHandedBack(execution)
  else deps.events.executionLeaseLost(execution)
  return handedBack
}

interface Completion {
  readonly finishedAt: number
  readonly artifact: Artifact
  readonly delivery: CallbackDelivery | null
}

function completion(
  { clock, newId }: RunExecutionDeps,
  execution: ClaimedExecution,
  blobKey: string,
  manifest: Manifest,
): Completion {
  const { report } = execution
  const finishedAt = clock.now()
  const artifact: Artifact = {
    id: newId(),
    executionId: execution.id,
    reportId: execution.reportId,
    accountId: execution.accountId,
    blobKey,
    fileName: artifactFileName(report.name, report.format),
    manifest,
    createdAt: finishedAt,
  }
  const delivery =
    report.callback &&
    makeDelivery(newId, {
      accountId: execution.accountId,
      clientId: report.clientId,
      reportId: execution.reportId,
      executionId: execution.id,
      callback: report.callback,
      scheduledAt: execution.scheduledAt,
      startedAt: execution.startedAt ?? finishedAt,
      finishedAt,
      outcome: { kind: 'completed', manifest },
    })
  return { finishedAt, artifact, delivery }
}
