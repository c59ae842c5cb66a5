import { DuckDBInstance } from '@duckdb/node-api'
import { keepTextsWhole } from '../../datasets/keep-texts-whole.ts'

/** What one engine process may use and touch. Folders are absolute. */
export interface DatabaseSettings {
  readonly memoryLimitMiB: number
  readonly threads: number
  /** Where a sort larger than memory goes; this process's own, and it exists. */
  readonly tempFolder: string
  readonly maximumTempGiB: number
  /** The folders below which files may be read or written. Everything else is out of reach. */
  readonly folders: readonly string[]
  /** Single files beyond these that may be read: those of a load. */
  readonly files?: readonly string[]
}

/**
 * Opens an in-memory DuckDB that is locked to its folders: no other file, no network, no extension, no later `SET`.
 * Compiled SQL never asks for any of these; the lock is for the day when something else gets through.
 */
export async function openDatabase(settings: DatabaseSettings): Promise<DuckDBInstance> {
  keepTextsWhole()
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: `${settings.memoryLimitMiB}MiB`,
    threads: String(settings.threads),
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
    allow_persistent_secrets: 'false',
    // Rows come out in the order of their files, on any number of threads: the same bytes on each run.
    preserve_insertion_order: 'true',
    // A file that is replaced by another of its size within the same instant was read from memory in part ("Out of
    // buffer"). The system keeps files in memory anyway.
    enable_external_file_cache: 'false',
  })
  const connection = await instance.connect()
  await connection.run(`SET GLOBAL TimeZone = 'UTC'`)
  // DuckDB's own choices are `.tmp` in the current folder, and 90 % of the free disk. The size has to be set here: given
  // with the options above it is shown by `current_setting`, and not kept to (550 MB were spilled under a limit of 10).
  await connection.run(`SET GLOBAL temp_directory = ${sqlText(settings.tempFolder)}`)
  await connection.run(`SET GLOBAL max_temp_directory_size = '${settings.maximumTempGiB}GiB'`)
  await connection.run(`SET GLOBAL allowed_directories = [${settings.folders.map(sqlText).join(', ')}]`)
  await connection.run(`SET GLOBAL allowed_paths = [${(settings.files ?? []).map(sqlText).join(', ')}]`)
  await connection.run('SET GLOBAL enable_external_access = false')
  await connection.run('SET GLOBAL lock_configuration = true')
  connection.closeSync()
  return instance
}

/** A text as a SQL literal. For paths and headers of our own making; a value of a query is always bound. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
