import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** An execution as it is stored, with what must be there once, or not at all, beside it. */
export interface StoredExecution {
  readonly id: string
  readonly reportId: string
  readonly occurrence: number
  readonly scheduledAt: number
  readonly status: string
  readonly claims: number
  readonly artifacts: number
  readonly deliveries: number
  /** Times that the report's history tells of its completion. */
  readonly completions: number
}
export interface StoredReport {
  readonly id: string
  readonly name: string
  readonly status: string
  readonly callbackUrl: string | null
}
export interface StoredArtifact {
  readonly executionId: string
  readonly blobKey: string
  readonly manifest: { readonly sha256: string; readonly sizeBytes: number; readonly rows: number }
}
export interface StoredDelivery {
  readonly id: string
  readonly clientId: string
  readonly reportId: string
  readonly executionId: string
  readonly status: string
  readonly body: string
}

export interface Stored {
  readonly reports: readonly StoredReport[]
  readonly executions: readonly StoredExecution[]
  readonly artifacts: readonly StoredArtifact[]
  readonly deliveries: readonly StoredDelivery[]
  readonly webhookSecrets: ReadonlyMap<string, string>
  /** Rows that somebody holds, or held when he died: of executions, callbacks and keyed requests. */
  readonly held: number
  /** What SQLite finds wrong with the file: nothing but `ok`. */
  readonly integrity: readonly unknown[]
}

/** All that counts in the database of an installation, read past its server. */
export function readStored(dataFolder: string): Stored {
  const database = new DatabaseSync(join(dataFolder, 'almanac.db'), { readOnly: true })
  try {
    const all = (text: string): readonly Record<string, unknown>[] => database.prepare(text).all()
    const artifacts = all('select execution_id as executionId, blob_key as blobKey, manifest from artifacts')
    const held = all(
      `select (select count(*) from executions where lease_token is not null)
         + (select count(*) from callback_deliveries where lease_token is not null)
         + (select count(*) from idempotency_keys where answer is null) as held`,
    )
    const secrets = all('select id, webhook_secret as secret from clients')
    return {
      reports: all('select id, name, status, callback_url as callbackUrl from reports') as unknown as Stored['reports'],
      executions: all(
        `select id, report_id as reportId, occurrence, scheduled_at as scheduledAt, status, claims,
           (select count(*) from artifacts a where a.execution_id = e.id) as artifacts,
           (select count(*) from callback_deliveries d where d.execution_id = e.id) as deliveries,
           (select count(*) from report_events v
             where v.report_id = e.report_id and v.execution_id = e.id and v.kind = 'completed') as completions
         from executions e order by report_id, grid, occurrence`,
      ) as unknown as Stored['executions'],
      artifacts: artifacts.map((row) => ({
        ...row,
        manifest: JSON.parse(String(row['manifest'])) as unknown,
      })) as unknown as Stored['artifacts'],
      deliveries: all(
        `select id, client_id as clientId, report_id as reportId, execution_id as executionId, status, body
         from callback_deliveries`,
      ) as unknown as Stored['deliveries'],
      webhookSecrets: new Map(secrets.map(({ id, secret }) => [String(id), String(secret)])),
      held: Number(held[0]?.['held']),
      integrity: [
        ...all('pragma integrity_check').map((row) => row['integrity_check']),
        ...all('pragma foreign_key_check'),
      ],
    }
  } finally {
    database.close()
  }
}

/** What a file really holds. No value of the sample data has a line end, so its lines are the header and the rows. */
export async function measureFile(path: string): Promise<StoredArtifact['manifest']> {
  const hash = createHash('sha256')
  let sizeBytes = 0
  let lines = 0
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(chunk)
    sizeBytes += chunk.byteLength
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) lines += 1
  }
  return { sha256: hash.digest('hex'), sizeBytes, rows: lines - 1 }
}

/** Where a published file lies. */
export function blobPath(dataFolder: string, blobKey: string): string {
  return join(dataFolder, 'artifacts/blobs', blobKey.slice(0, 2), blobKey)
}

export async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}
