import { setTimeout } from 'node:timers/promises'
import { expect } from 'vitest'
import type { ReceivedCall } from '../../packages/server/src/callbacks/testing/start-receiver.ts'
import { reportOf, webhookIdOf } from './soak/ears.ts'
import { blobPath, measureFile } from './soak/stored.ts'

/** Runs a statement on the database of the installation that is counted. */
export type Rows = <Row>(statement: string) => Promise<readonly Row[]>

const lookEveryMs = 200

/** Resolves when no run and no callback waits any more. Polled: those that do them are other processes. */
export async function everythingDone(rows: Rows, limitMs: number): Promise<void> {
  const deadline = performance.now() + limitMs
  for (;;) {
    const [left] = await rows<{ runs: number; callbacks: number }>(
      `select (select count(*)::int from executions where claimable_at is not null) as runs,
         (select count(*)::int from callback_deliveries where status = 'waiting') as callbacks`,
    )
    if (left?.runs === 0 && left.callbacks === 0) return
    if (performance.now() > deadline) throw new Error(`Not everything was done: ${JSON.stringify(left)}`)
    await setTimeout(lookEveryMs)
  }
}

/** Each report has run each of its occurrences, once: one file, one callback, one note in its history. */
export async function expectRuns(rows: Rows, occurrences: ReadonlyMap<string, number>): Promise<void> {
  const stored = await rows<{ id: string; status: string; runs: unknown }>(
    `select r.id, r.status, (
       select json_agg(json_build_array(e.occurrence, e.status,
         (select count(*) from artifacts a where a.execution_id = e.id),
         (select count(*) from callback_deliveries d where d.execution_id = e.id),
         (select count(*) from report_events v where v.execution_id = e.id and v.kind = 'completed')) order by e.occurrence)
       from executions e where e.report_id = r.id) as runs
     from reports r order by r.id`,
  )
  const runsOf = (count: number) => Array.from({ length: count }, (_, index) => [index, 'Completed', 1, 1, 1])
  const expected = [...occurrences].map(([id, count]) => ({ id, status: 'Inactive', runs: runsOf(count) }))
  const byId = (a: { readonly id: string }, b: { readonly id: string }) => (a.id < b.id ? -1 : 1)
  expect(stored.toSorted(byId)).toEqual(expected.toSorted(byId))
}

/** Every callback that was owed has come, all times under one id. */
export async function expectCallbacks(rows: Rows, calls: readonly ReceivedCall[]): Promise<void> {
  const owed = await rows<{ id: string; report_id: string; status: string }>(
    'select id, report_id, status from callback_deliveries',
  )
  expect(owed.filter(({ status }) => status !== 'delivered')).toEqual([])
  const heard = new Map(calls.map((call) => [webhookIdOf(call), reportOf(call)]))
  expect(heard).toEqual(new Map(owed.map(({ id, report_id }) => [id, report_id])))
}

/** Every recorded file is there with the bytes that its manifest tells of. */
export async function expectFiles(rows: Rows, dataFolder: string): Promise<void> {
  const files = await rows<{ blob_key: string; manifest: string }>('select blob_key, manifest from artifacts')
  for (const { blob_key, manifest } of files) {
    const { sha256, sizeBytes, rows: count } = JSON.parse(manifest) as Awaited<ReturnType<typeof measureFile>>
    const measured = await measureFile(blobPath(dataFolder, blob_key))
    expect([blob_key, measured]).toEqual([blob_key, { sha256, sizeBytes, rows: count }])
  }
}

/** Nobody holds anything any more. */
export async function expectNothingHeld(rows: Rows): Promise<void> {
  const [held] = await rows<{ count: number }>(
    `select ((select count(*) from executions where lease_token is not null)
       + (select count(*) from callback_deliveries where lease_token is not null)
       + (select count(*) from idempotency_keys where answer is null))::int as count`,
  )
  expect(held?.count).toBe(0)
}
