import type { AuditEntry, AuditSource } from '../kernel/audit-entry.ts'

/** What of a loaded version the audit log tells. */
export interface AuditedVersion {
  /** What manifests name. */
  readonly id: string
  readonly number: number
  readonly mode: string
  readonly rows: number
  readonly files: readonly string[]
}

interface DataChange {
  readonly program: string
  readonly dataset: string
  readonly version: AuditedVersion
}

/** Says that data was loaded. Data lie in files, so the line is written right after them, in no transaction of theirs. */
export function dataLoaded(source: AuditSource, at: number, change: DataChange): AuditEntry {
  const { mode, rows, files } = change.version
  return { ...entryOf(source, at, change), action: 'data.loaded', detail: { ...numbers(change), mode, rows, files } }
}

/** Says that an earlier version was put in force again. */
export function dataSwitched(source: AuditSource, at: number, change: DataChange): AuditEntry {
  return { ...entryOf(source, at, change), action: 'data.switched', detail: numbers(change) }
}

function entryOf(source: AuditSource, at: number, { program, dataset }: DataChange) {
  return { ...source, at, objectId: `${program}/${dataset}`, accountId: null }
}

function numbers({ version }: DataChange) {
  return { version: version.number, dataVersion: version.id }
}
