import type { ArtifactStore } from '../artifacts/artifact-store.ts'
import type { BlobStore } from '../artifacts/blob-store.ts'
import type { Clock } from '../kernel/clock.ts'
import { dayMs } from '../kernel/hours.ts'
import type { ReportStore } from '../reports/report-store.ts'
import type { ExecutionStore } from './execution-store.ts'
import { filesOfRuns } from './run-file.ts'

export interface RetainDeps {
  readonly executions: ExecutionStore
  readonly reports: ReportStore
  readonly artifacts: ArtifactStore
  readonly blobs: BlobStore
  readonly clock: Clock
  /** The time that files carry; on an emulator whose clock was moved it is not `clock`. */
  readonly machineClock: Clock
  /** How long executions and their files are kept. */
  readonly keptDays: number
  /** A file younger than this may be of a run that has not recorded it yet. */
  readonly orphanAgeMs: number
}

/** What one round of retention has removed. */
export interface Removed {
  readonly executions: number
  readonly files: number
  /** Files that no execution names: their worker died between publishing and recording, or a deletion half way. */
  readonly orphans: number
}

/** Rows removed in one transaction: so few that nobody waits for it. */
const step = 100
const eventStep = 1_000

/**
 * One round of retention (`docs/reference/compatibility.md`, Reports and executions): removes executions that ended
 * before the time that they are kept, with their files, in small steps; then files that nothing names. Rows go before
 * their files: a server that dies in between leaves an orphan, which the next round finds, and never a link to nothing.
 */
export async function retain(deps: RetainDeps, signal: AbortSignal): Promise<Removed> {
  const expired = await removeExpired(deps, signal)
  await forgetEvents(deps, signal)
  const orphans = signal.aborted ? 0 : await removeOrphans(deps, signal)
  return { ...expired, orphans }
}

async function removeExpired(
  { executions, blobs, clock, keptDays }: RetainDeps,
  signal: AbortSignal,
): Promise<Omit<Removed, 'orphans'>> {
  const beforeAt = clock.now() - keptDays * dayMs
  let count = 0
  let files = 0
  for (;;) {
    if (signal.aborted) return { executions: count, files }
    const { removed, blobKeys } = await executions.removeEnded(beforeAt, step)
    for (const key of blobKeys) await blobs.delete(key)
    count += removed
    files += blobKeys.length
    if (removed < step) return { executions: count, files }
  }
}

async function forgetEvents({ reports, clock, keptDays }: RetainDeps, signal: AbortSignal): Promise<void> {
  const beforeAt = clock.now() - keptDays * dayMs
  while (!signal.aborted && (await reports.forgetEvents(beforeAt, eventStep)) >= eventStep);
}

async function removeOrphans(
  { executions, artifacts, blobs, machineClock, orphanAgeMs }: RetainDeps,
  signal: AbortSignal,
): Promise<number> {
  const underWay = filesOfRuns(executions)
  let count = 0
  for await (const keys of blobs.published(machineClock.now() - orphanAgeMs)) {
    if (signal.aborted) break
    // A store may date a file by when its upload began. Leases are asked for first: whoever gives one back has either
    // recorded its file by then, or will remove it itself.
    const making = await underWay(keys)
    const orphans = await artifacts.withoutArtifact(keys.filter((key) => !making.has(key)))
    for (const key of orphans) await blobs.delete(key)
    count += orphans.length
  }
  return count
}
