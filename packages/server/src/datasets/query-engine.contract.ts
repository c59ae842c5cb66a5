import type { ColumnType, CompiledQuery, DialectName } from '@almanac/query'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { EngineError } from './query-engine.ts'
import type { ExportedFile, ExportOptions, QueryEngine } from './query-engine.ts'

/** An engine under the contract, and the few statements that each writes in its own way. */
export interface EngineUnderTest {
  readonly dialect: DialectName
  /** Writes below the folder. Closed by the suite. */
  readonly start: (folder: string) => Promise<QueryEngine>
  /** Computes for longer than any test waits, and writes nothing meanwhile. One column. */
  readonly endlessCount: string
  /** Gives row after row. One column. */
  readonly endlessRows: string
}

// Value, its field in CSV, its field in TSV. By `docs/reference/compatibility.md`, "Files and links".
export const fields: readonly (readonly [value: string | null, csv: string, tsv: string])[] = [
  [null, '', ''],
  ['', '""', '""'],
  ['plain', 'plain', 'plain'],
  ['a,b', '"a,b"', 'a,b'],
  ['a\tb', 'a\tb', '"a\tb"'],
  ['"', '""""', '""""'],
  ['say "hi"', '"say ""hi"""', '"say ""hi"""'],
  ['"', '""""', '""""'],
  ['carriage\rreturn', '"carriage\rreturn"', '"carriage\rreturn"'],
  ['line\nfeed', '"line\nfeed"', '"line\nfeed"'],
  ['both\r\n', '"both\r\n"', '"both\r\n"'],
  [' ', ' ', ' '],
  ['back\\slash', 'back\\slash', 'back\\slash'],
  [' leading', ' leading', ' leading'],
  ['trailing ', 'trailing ', 'trailing '],
  ['NULL', 'NULL', 'NULL'],
  ['\\N', '\\N', '\\N'],
  ["apostrophe's", "apostrophe's", "apostrophe's"],
  // What could be a comment is quoted; RFC 4180 allows any field to be.
  ['#1', '"#1"', '"#1"'],
  ['a#1', '"a#1"', '"a#1"'],
  ['=1+1', '=1+1', '=1+1'],
  ['\u0001\u2028\u0085', '\u0001\u2028\u0085', '\u0001\u2028\u0085'],
  ['Zoë 東京 🗼', 'Zoë 東京 🗼', 'Zoë 東京 🗼'],
  ['\u{FEFF}mark', '\u{FEFF}mark', '\u{FEFF}mark'],
]

/** What every query engine does. */
export function queryEngineContract({ dialect, start, endlessCount, endlessRows }: EngineUnderTest): void {
  describe(`a query engine (${dialect})`, () => {
    let folder = ''
    let engine: QueryEngine
    let files = 0

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'almanac-engine-'))
      engine = await start(folder)
    })
    afterAll(async () => {
      await engine.close()
      rmSync(folder, { recursive: true })
    })

    const patience = (change: Partial<ExportOptions> = {}): ExportOptions => ({
      timeLimitMs: 60_000,
      signal: new AbortController().signal,
      ...change,
    })
    const newPath = (): string => join(folder, `file-${(files += 1)}`)
    const query = (sql: string, columns: readonly string[]): CompiledQuery => ({
      dataset: 'Test',
      dialect,
      sql,
      parameters: [],
      columns: columns.map((column) => {
        const [name = '', type = 'string'] = column.split(':')
        return { name, type: type as ColumnType }
      }),
      window: null,
    })
    async function exported(
      { sql, columns }: Pick<CompiledQuery, 'sql' | 'columns'>,
      format: 'csv' | 'tsv' = 'csv',
    ): Promise<ExportedFile & { readonly text: string }> {
      const path = newPath()
      const file = await engine.export({ ...query(sql, []), columns }, { path, format }, patience())
      return { ...file, text: readFileSync(path, 'utf8') }
    }
    const numbers = 'FROM (VALUES (0), (1), (2)) AS t(i)'

    test('writes a header and rows, and tells their number, length and digest', async () => {
      const sql = `SELECT CAST(i AS VARCHAR), 'name ' || CAST(i AS VARCHAR) ${numbers} ORDER BY i`
      const { text, rows, sizeBytes, sha256 } = await exported(query(sql, ['Id:integer', 'Näme']))
      expect(text).toBe('Id,Näme\n0,name 0\n1,name 1\n2,name 2\n')
      expect({ rows, sizeBytes }).toEqual({ rows: 3, sizeBytes: Buffer.byteLength(text) })
      expect(sha256).toBe(createHash('sha256').update(text).digest('hex'))
    })

    test.each(['csv', 'tsv'] as const)('writes the header alone where there are no rows (%s)', async (format) => {
      const sql = `SELECT CAST(i AS VARCHAR), CAST(i AS VARCHAR) ${numbers} WHERE i > 9`
      const { text, rows, sizeBytes } = await exported(query(sql, ['Id', 'Name']), format)
      expect(text).toBe(format === 'csv' ? 'Id,Name\n' : 'Id\tName\n')
      expect({ rows, sizeBytes }).toEqual({ rows: 0, sizeBytes: text.length })
    })

    test('shows a name as often as it was selected, quoted like a value', async () => {
      const { text } = await exported(query(`SELECT '1', '2', '3', '4'`, ['Id', 'Id', 'a,b', 'say "hi"']))
      expect(text).toBe('Id,Id,"a,b","say ""hi"""\n1,2,3,4\n')
    })

    test.each(['csv', 'tsv'] as const)('quotes values by RFC 4180 (%s)', async (format) => {
      const values = fields.map(([value], index) => {
        return `(${index}, ${value === null ? 'CAST(NULL AS VARCHAR)' : `'${value.replaceAll("'", "''")}'`})`
      })
      const sql = `SELECT v, CAST(i AS VARCHAR), v FROM (VALUES ${values.join(', ')}) AS t(i, v) ORDER BY i`
      const delimiter = format === 'csv' ? ',' : '\t'
      const rows = fields.map(([, csv, tsv], index) => {
        const field = format === 'csv' ? csv : tsv
        return `${[field, String(index), field].join(delimiter)}\n`
      })
      const { text } = await exported(query(sql, ['v', 'i', 'w']), format)
      expect(text).toBe(`${['v', 'i', 'w'].join(delimiter)}\n${rows.join('')}`)
    })

    test('writes a column of nothing as empty lines', async () => {
      const sql = `SELECT CAST(NULL AS VARCHAR) ${numbers}`
      expect((await exported(query(sql, ['v']))).text).toBe('v\n\n\n\n')
    })

    test('neither overwrites nor removes a file that is there', async () => {
      const path = newPath()
      writeFileSync(path, 'mine')
      const failing = engine.export(query(`SELECT '1'`, ['a']), { path, format: 'csv' }, patience())
      await expect(failing).rejects.toMatchObject({ name: 'EngineError', code: 'failed' })
      expect(readFileSync(path, 'utf8')).toBe('mine')
    })

    test('previews numbers where JSON has them exactly, and text elsewhere', async () => {
      const sql = `SELECT '7', '9007199254740993', '12.5', '1234567890123456.78', CAST(NULL AS VARCHAR), '007'`
      const columns = ['a:integer', 'b:integer', 'c:decimal', 'd:decimal', 'e:integer', 'f']
      expect(await engine.preview(query(sql, columns), patience())).toEqual([
        [7, '9007199254740993', 12.5, '1234567890123456.78', null, '007'],
      ])
      expect(await engine.preview(query(`SELECT 'x' ${numbers} WHERE i > 9`, ['a']), patience())).toEqual([])
    })

    test.each([
      ['computes', endlessCount],
      ['writes', endlessRows],
    ])('ends a query that %s for too long, leaves no file, and goes on', async (_, sql) => {
      const path = newPath()
      const failing = engine.export(query(sql, ['n']), { path, format: 'csv' }, patience({ timeLimitMs: 1_500 }))
      await expect(failing).rejects.toMatchObject({ name: 'EngineError', code: 'timeout' })
      expect(existsSync(path)).toBe(false)
      expect((await exported(query(`SELECT '1'`, ['a']))).text).toBe('a\n1\n')
    })

    test('is called off in the middle of writing, having told how far it was', async () => {
      const stop = new AbortController()
      const path = newPath()
      const sizes: number[] = []
      const failing = engine.export(
        query(endlessRows, ['n']),
        { path, format: 'csv' },
        patience({
          signal: stop.signal,
          onProgress({ sizeBytes }) {
            sizes.push(sizeBytes)
            if (sizeBytes > 100_000) stop.abort()
          },
        }),
      )
      await expect(failing).rejects.toMatchObject({ code: 'cancelled' })
      expect(existsSync(path)).toBe(false)
      expect(sizes).toEqual(sizes.toSorted((a, b) => a - b))
    })

    test('never begins what was called off before', async () => {
      const path = newPath()
      const options = patience({ signal: AbortSignal.abort() })
      const running = engine.export(query(endlessRows, ['n']), { path, format: 'csv' }, options)
      await expect(running).rejects.toMatchObject({ code: 'cancelled' })
      expect(existsSync(path)).toBe(false)
    })

    test('tells of a table that is not there without SQL, names or values', async () => {
      const sql = dialect === 'trino' ? `SELECT 'secret' FROM memory.default.gone` : `SELECT 'secret' FROM gone`
      const failing = engine.preview(query(sql, ['a']), patience())
      const error = await failing.catch((error: unknown) => error)
      expect(error).toBeInstanceOf(EngineError)
      expect(String(error)).not.toMatch(/secret|gone|SELECT/)
    })

    test('ends what is under way when it is closed', async () => {
      const other = await start(folder)
      const running = other.preview(query(endlessCount, ['n']), patience())
      await Promise.all([expect(running).rejects.toMatchObject({ code: 'cancelled' }), other.close()])
    })
  })
}
