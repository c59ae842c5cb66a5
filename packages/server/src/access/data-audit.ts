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

// Data lie in files, so no transaction holds a change of them together with its line: one line says what is about to be,
// another what is. Where the second one is missing, the server died, or the change failed; `tell-unknown-outcomes.ts` says
// so, and which version is in force.

/** Says that a load, whose files are good, is about to come into force. */
export function dataLoadBegun(source: AuditSource, at: number, change: DataChange): AuditEntry {
  return { ...entryOf(source, at, change), action: 'data.load_begun', detail: loadDetail(change) }
}

/** Says that data was loaded. */
export function dataLoaded(source: AuditSource, at: number, change: DataChange): AuditEntry {
  return { ...entryOf(source, at, change), action: 'data.loaded', detail: loadDetail(change) }
}

/** Says that an earlier version is about to be put in force again. */
export function dataSwitchBegun(source: AuditSource, at: number, change: DataChange): AuditEntry {
  return { ...entryOf(source, at, change), action: 'data.switch_begun', detail: numbers(change) }
}

/** Says that an earlier version was put in force again. */
export function dataSwitched(source: AuditSource, at: number, change: DataChange): AuditEntry {
  return { ...entryOf(source, at, change), action: 'data.switched', detail: numbers(change) }
}

function entryOf(source: AuditSource, at: number, { program, dataset }: DataChange) {
  return { ...source, at, objectId: `${program}/${dataset}`, accountId: null }
}

function loadDetail(change: DataChange) {
  const { mode, rows, files } = change.version
  return { ...numbers(change), mode, rows, files }
}

function numbers({ version }: DataChange) {
  return { version: version.number, dataVersion: version.id }
}
