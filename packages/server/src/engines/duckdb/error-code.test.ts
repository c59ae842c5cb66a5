import { describe, expect, test } from 'vitest'
import { errorCode, isFatal } from './error-code.ts'
import { runSql } from './testing/small-dataset.ts'

const wordsOf = (sql: string): Promise<string> =>
  runSql(sql).then(
    () => 'no error',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  )

describe("DuckDB's words", () => {
  test('of a full disk', async () => {
    const words = await wordsOf(`COPY (SELECT range FROM range(100000)) TO '/dev/full' (FORMAT csv)`)
    expect(errorCode(words, '/dev/full')).toBe('disk_full')
  })

  test('of a missing file of the dataset, but not of a missing folder of the target', async () => {
    const target = '/tmp/almanac-no-such-folder/file.csv'
    expect(errorCode(await wordsOf(`SELECT * FROM read_parquet('/tmp/almanac-none.parquet')`), target)).toBe(
      'missing_file',
    )
    expect(errorCode(await wordsOf(`COPY (SELECT 1) TO '${target}' (FORMAT csv)`), target)).toBe('failed')
  })

  test('of a value that can not be converted', async () => {
    const words = await wordsOf(`SELECT 'x'::INTEGER`)
    expect([errorCode(words, undefined), isFatal(words)]).toEqual(['failed', false])
  })

  test('of an engine that is of no use any more', () => {
    expect(isFatal('INTERNAL Error: Attempted to access index 3 within vector of size 3')).toBe(true)
    expect(isFatal('FATAL Error: Failed: database has been invalidated because of a previous fatal error.')).toBe(true)
  })
})
