import { basename } from 'node:path'
import { AppError } from '../../kernel/app-error.ts'
import type { LoadFile, LoadFormat } from './load-engine.ts'

const formats: Readonly<Record<string, LoadFormat>> = {
  csv: 'csv',
  tsv: 'tsv',
  tab: 'tsv',
  json: 'json',
  ndjson: 'json',
  jsonl: 'json',
  parquet: 'parquet',
}

/**
 * A file of this machine to be loaded; what it is is said by `format` or by the end of its name, and that it is compressed
 * by `.gz`. Raises `invalid_request` where neither says it.
 */
export function loadFileOf(path: string, format: LoadFormat | null): LoadFile {
  const name = basename(path)
  const gzipped = /\.gz$/i.test(name)
  const ending = /\.([^.]+)$/.exec(name.replace(/\.gz$/i, ''))?.[1]?.toLowerCase() ?? ''
  const found = format ?? formats[ending]
  if (found === undefined) {
    throw new AppError('invalid_request', {
      sentence: `${name} ends in none of ${Object.keys(formats).join(', ')} (with .gz after it, if it is compressed): say its format`,
      field: 'format',
    })
  }
  if (gzipped && found === 'parquet') {
    throw new AppError('invalid_request', {
      sentence: `${name} is Parquet inside of gzip: unpack it, Parquet is compressed as it is`,
    })
  }
  return { path, name, format: found, gzipped }
}
