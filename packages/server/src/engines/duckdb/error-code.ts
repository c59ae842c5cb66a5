import type { EngineErrorCode } from '../../datasets/query-engine.ts'

/**
 * What kind of failure DuckDB's words speak of. DuckDB has no codes in its Node interface, so the words are all there
 * is; the tests make each of these failures happen and would notice when a new version says it in another way.
 */
export function errorCode(detail: string, targetPath: string | undefined): EngineErrorCode {
  if (/No space left on device|Disk quota exceeded|max_temp_directory_size/.test(detail)) return 'disk_full'
  if (detail.startsWith('Out of Memory Error')) return 'out_of_memory'
  // A target that can't be opened is a fault of ours, not a dataset that is missing.
  if (targetPath !== undefined && detail.includes(targetPath)) return 'failed'
  if (/No files found that match the pattern|No such file or directory/.test(detail)) return 'missing_file'
  if (unreadable.some((words) => detail.includes(words))) return 'unreadable_data'
  return 'failed'
}

/** Of files that are no such files, are broken, have other columns or values than declared, or are being written. */
const unreadable: readonly string[] = [
  'Could not set lock on file',
  'not a valid DuckDB database file',
  'database file with version number',
  'Corrupt database file',
  'does not have any tables matching',
  'Could not read enough bytes from file',
  'No magic bytes found at end of file',
  'too small to be a Parquet file',
  'Failed to read file',
  'Error while reading file',
  'not found in FROM clause',
  'COLUMN_TYPES error',
  'Error when sniffing file',
  'CSV Error on Line',
  'Schema mismatch between globbed files',
  'Malformed JSON in file',
  'JSON transform error in file',
  '"maximum_object_size" of',
  'Hive partition mismatch',
  'from hive partition column',
]

/** After one of these DuckDB refuses everything, or can't be trusted: the process has to go. */
export function isFatal(detail: string): boolean {
  return /^(FATAL|INTERNAL) Error|database has been invalidated/.test(detail)
}
