import { DuckDBInstance } from '@duckdb/node-api'
import * as fc from 'fast-check'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createCsvLines } from './csv-lines.ts'

// U+0000 ends a text in some hands on the way to DuckDB; a value of the data may have it, a literal of this test can't.
const piece = fc.constantFrom(
  '"',
  '""',
  ',',
  '\t',
  '\n',
  '\r',
  '#',
  "'",
  '\\',
  ' ',
  '',
  'é',
  '😀',
  '\u{FEFF}',
  'a',
  '=',
  '\u0001',
)
const text = fc.oneof(
  fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary', maxLength: 12 }).filter((value) => value.isWellFormed() && !value.includes('\0')),
)
const cell = fc.option(text, { freq: 6 })

test.each(['csv', 'tsv'] as const)('lines are those of DuckDB’s COPY, byte for byte (%s)', async (format) => {
  const folder = mkdtempSync(join(tmpdir(), 'almanac-csv-'))
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await instance.connect()
  onTestFinished(() => {
    connection.closeSync()
    instance.closeSync()
    rmSync(folder, { recursive: true })
  })
  for (const width of [1, 2, 3]) {
    const rows = fc.sample(fc.array(cell, { minLength: width, maxLength: width }), {
      numRuns: 1_500,
      seed: 20240531 + width,
    })
    const columns = Array.from({ length: width }, (_, index) => `c${index} VARCHAR`)
    await connection.run(`CREATE OR REPLACE TABLE cells (${columns.join(', ')})`)
    const literal = (value: string | null): string => (value === null ? 'NULL' : `'${value.replaceAll("'", "''")}'`)
    await connection.run(`INSERT INTO cells VALUES ${rows.map((row) => `(${row.map(literal).join(', ')})`).join(', ')}`)
    const path = join(folder, `${width}.${format}`)
    const delimiter = format === 'csv' ? ',' : '\t'
    const options = `FORMAT csv, HEADER false, DELIMITER '${delimiter}', QUOTE '"', ESCAPE '"', NULLSTR ''`
    await connection.run(`COPY cells TO '${path}' (${options})`)
    expect(createCsvLines(format)(rows)).toBe(readFileSync(path, 'utf8'))
  }
})
