import type { CompiledQuery, SqlParameter } from '@almanac/query'
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { getPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { fields } from '../../datasets/query-engine.contract.ts'
import { EngineError, type ExportedFile, type ExportOptions, type QueryEngine } from '../../datasets/query-engine.ts'
import { createDuckDbEngine, type DuckDbEngineSettings } from './create-duckdb-engine.ts'
import type { EngineEvent } from './engine-event.ts'
import { endlessCount, endlessRows, handMade, runSql } from './testing/small-dataset.ts'

let root: string
let events: EngineEvent[]
let engine: QueryEngine

const datasets = () => join(root, 'datasets')
const staging = () => join(root, 'staging')
const temp = () => join(root, 'temp')

function start(change: Partial<DuckDbEngineSettings> = {}): QueryEngine {
  return createDuckDbEngine({
    readFolders: [datasets()],
    writeFolder: staging(),
    tempFolder: temp(),
    memoryLimitMiB: 256,
    threads: 2,
    exportProcesses: 1,
    previewProcesses: 1,
    maximumTempGiB: 1,
    onEvent: (event) => events.push(event),
    ...change,
  })
}

beforeAll(async () => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'almanac-duckdb-')))
  mkdirSync(datasets())
  mkdirSync(staging())
  await runSql(
    `COPY (SELECT range AS Id, 'name ' || range AS Name, DATE '2024-01-01' + range::INTEGER AS Day,
             TIMESTAMP '2024-01-01 00:00:00' + INTERVAL 1 HOUR * range AS Moment, range % 2 = 0 AS Even,
             (range / 4)::DECIMAL(18, 2) AS Amount
           FROM range(10)) TO '${join(datasets(), 'small.parquet')}' (FORMAT parquet)`,
  )
  events = []
  engine = start()
})

beforeEach(() => {
  events = []
})

afterAll(async () => {
  await engine.close()
  rmSync(root, { recursive: true, force: true })
})

const small = () => `read_parquet('${join(datasets(), 'small.parquet')}')`
const patience = (change: Partial<ExportOptions> = {}): ExportOptions => ({
  timeLimitMs: 60_000,
  signal: new AbortController().signal,
  ...change,
})

const codeOf = (failing: Promise<unknown>): Promise<string> =>
  failing.then(
    () => 'no error',
    (error: unknown) => (error instanceof EngineError ? error.code : String(error)),
  )

let files = 0
function newPath(): string {
  files += 1
  return join(staging(), `file-${files}`)
}

async function exported(
  query: CompiledQuery,
  format: 'csv' | 'tsv' = 'csv',
): Promise<ExportedFile & { readonly text: string }> {
  const path = newPath()
  const file = await engine.export(query, { path, format }, patience())
  return { ...file, text: readFileSync(path, 'utf8') }
}

function pidOf(started: readonly EngineEvent[]): number {
  const pid = started.findLast((event) => event.kind === 'engine_process_started')?.pid
  if (pid === undefined) throw new Error('no engine process was started')
  return pid
}

describe('a file', () => {
  test('has a header and rows, and its length and digest are those of its bytes', async () => {
    const { text, rows, sizeBytes, sha256 } = await exported(
      handMade(`SELECT Id, Name FROM ${small()} WHERE Id < 3`, ['Id:integer', 'Name']),
    )
    expect(text).toBe('Id,Name\n0,name 0\n1,name 1\n2,name 2\n')
    expect({ rows, sizeBytes }).toEqual({ rows: 3, sizeBytes: text.length })
    expect(sha256).toBe(createHash('sha256').update(text).digest('hex'))
  })

  test('larger than what is taken in at a time has the right digest and row count', async () => {
    const path = newPath()
    const query = handMade('SELECT range, md5(range::VARCHAR) FROM range(2000000) ORDER BY hash(range), range', [
      'n',
      'm',
    ])
    const file = await engine.export(query, { path, format: 'csv' }, patience())
    const bytes = readFileSync(path)
    expect(file).toEqual({
      rows: 2_000_000,
      sizeBytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    })
    expect(bytes.subarray(-1).toString()).toBe('\n')
    expect(bytes.toString('latin1').split('\n')).toHaveLength(2_000_002)
  })

  test.each(['csv', 'tsv'] as const)('without rows is the header alone (%s)', async (format) => {
    const { text, rows, sizeBytes, sha256 } = await exported(
      handMade(`SELECT Id, Name FROM ${small()} WHERE Id > 99`, ['Id:integer', 'Näme']),
      format,
    )
    expect(text).toBe(format === 'csv' ? 'Id,Näme\n' : 'Id\tNäme\n')
    expect({ rows, sizeBytes }).toEqual({ rows: 0, sizeBytes: Buffer.byteLength(text) })
    expect(sha256).toBe(createHash('sha256').update(text).digest('hex'))
  })

  test('shows a name as often as it was selected, and as it was selected', async () => {
    const { text } = await exported(
      handMade(`SELECT Id, Id, Name AS id, Id FROM ${small()} WHERE Id = 1`, ['Id', 'Id', 'id', 'Id']),
    )
    expect(text).toBe('Id,Id,id,Id\n1,1,name 1,1\n')
  })

  test('quotes a header as it quotes a value', async () => {
    const query = handMade(`SELECT 1, 2, 3, 4, 5`, ['Revenue(USD)', 'a,b', 'say "hi"', "it's", 'tab\there'])
    expect((await exported(query)).text.split('\n')[0]).toBe(`Revenue(USD),"a,b","say ""hi""",it's,tab\there`)
    expect((await exported(query, 'tsv')).text.split('\n')[0]).toBe(
      `Revenue(USD)\ta,b\t"say ""hi"""\tit's\t"tab\there"`,
    )
  })

  test('quotes values by RFC 4180', async () => {
    const rows = fields.map((_, index) => `(${index}, $${index + 1}::VARCHAR)`)
    const query = handMade(
      `SELECT v, i FROM (VALUES ${rows.map((row) => row.replace(/\$(\d+)/, '$$$1::VARCHAR')).join(', ')}) t(i, v) ORDER BY i`,
      ['v', 'i'],
      fields.map(([value]) => ({ type: 'string', value: value ?? 'to be null' })),
    )
    const withNull = { ...query, sql: query.sql.replace('$1::VARCHAR', "nullif($1::VARCHAR, 'to be null')") }
    expect((await exported(withNull)).text).toBe(`v,i\n${fields.map(([, csv], i) => `${csv},${i}\n`).join('')}`)
    expect((await exported(withNull, 'tsv')).text).toBe(
      `v\ti\n${fields.map(([, , tsv], i) => `${tsv}\t${i}\n`).join('')}`,
    )
  })

  test('is the same on one thread and on two, also without an order', async () => {
    const sql = 'SELECT range, md5(range::VARCHAR) FROM range(1000000) WHERE range % 3 = 0'
    const one = start({ threads: 1 })
    try {
      const path = newPath()
      const alone = await one.export(handMade(sql, ['a', 'b']), { path, format: 'csv' }, patience())
      expect(await exported(handMade(sql, ['a', 'b']))).toMatchObject(alone)
    } finally {
      await one.close()
    }
  })

  test('that exists already is neither overwritten nor removed', async () => {
    const path = newPath()
    writeFileSync(path, 'mine')
    await expect(engine.export(handMade('SELECT 1', ['a']), { path, format: 'csv' }, patience())).rejects.toMatchObject(
      {
        name: 'EngineError',
        code: 'failed',
      },
    )
    expect(readFileSync(path, 'utf8')).toBe('mine')
  })
})

describe('parameters', () => {
  const cases: readonly (readonly [SqlParameter, condition: string, ids: readonly number[]])[] = [
    [{ type: 'string', value: 'name 3' }, 'Name = $1', [3]],
    [{ type: 'string', value: "' OR 1=1 --" }, 'Name = $1', []],
    [{ type: 'integer', value: 4n }, 'Id = $1', [4]],
    [{ type: 'integer', value: 2n ** 63n }, 'Id > $1 - 9223372036854775800', [9]],
    [{ type: 'decimal', value: '1.25' }, 'Amount = $1', [5]],
    [{ type: 'decimal', value: '-.5' }, 'Amount < -$1 - 0.25', [0]],
    [{ type: 'decimal', value: '2' }, 'Amount = $1', [8]],
    [{ type: 'decimal', value: '0.000000000000000000000000000001' }, 'Amount < $1', [0]],
    [{ type: 'decimal', value: `2.${'0'.repeat(60)}1` }, 'Amount > $1', [9]],
    [{ type: 'boolean', value: true }, 'Even = $1 AND Id < 3', [0, 2]],
    [{ type: 'date', value: '2024-01-03' }, 'Day = $1', [2]],
    [{ type: 'timestamp', value: 1_704_081_600_000_000n }, 'Moment = $1', [4]],
    [{ type: 'timestamp', value: -1n }, 'Moment < $1', []],
  ]

  test.each(cases)('%o in %s', async (parameter, condition, ids) => {
    const query = handMade(`SELECT Id FROM ${small()} WHERE ${condition} ORDER BY Id`, ['Id:integer'], [parameter])
    expect(await engine.preview(query, patience())).toEqual(ids.map((id) => [id]))
    expect((await exported(query)).text).toBe(`Id\n${ids.map((id) => `${id}\n`).join('')}`)
  })
})

describe('a preview', () => {
  test('has numbers where JSON numbers are exact, and text elsewhere', async () => {
    const rows = await engine.preview(
      handMade(
        `SELECT 7, 9007199254740993::BIGINT, 12.50::DECIMAL(10, 2), 1234567890123456.78::DECIMAL(18, 2), '0.10',
           NULL::INTEGER, '2024-01-01', 'Yes', true, 1.5::DOUBLE, '007'`,
        [
          'a:integer',
          'b:integer',
          'c:decimal',
          'd:decimal',
          'e:decimal',
          'f:integer',
          'g:date',
          'h:boolean',
          'i',
          'j:decimal',
          'k',
        ],
      ),
      patience(),
    )
    expect(rows).toEqual([
      [7, '9007199254740993', 12.5, '1234567890123456.78', 0.1, null, '2024-01-01', 'Yes', 'true', 1.5, '007'],
    ])
  })

  test('shows the texts that the file has, also those that begin with U+FEFF', async () => {
    const texts = ['\u{FEFF}', '\u{FEFF}mark', `\u{FEFF}${'long '.repeat(9)}`, 'mark\u{FEFF}', '\0', 'a\0b', '']
    const rows = texts.map((_, index) => `(${index}, $${index + 1}::VARCHAR)`)
    const query = handMade(
      `SELECT v FROM (VALUES ${rows.join(', ')}) t(i, v) ORDER BY i`,
      ['v'],
      texts.map((value) => ({ type: 'string', value })),
    )
    expect(await engine.preview(query, patience())).toEqual(texts.map((text) => [text]))
  })

  test('of nothing is no rows', async () => {
    expect(await engine.preview(handMade(`SELECT Id FROM ${small()} WHERE Id > 99`, ['Id']), patience())).toEqual([])
  })

  test('runs while all export processes are busy', async () => {
    const stop = new AbortController()
    const writing = Promise.withResolvers<void>()
    const export_ = engine.export(
      endlessRows,
      { path: newPath(), format: 'csv' },
      patience({ signal: stop.signal, onProgress: ({ sizeBytes }) => sizeBytes > 0 && writing.resolve() }),
    )
    await writing.promise
    expect(await engine.preview(handMade('SELECT 1', ['a:integer']), patience())).toEqual([[1]])
    stop.abort()
    await expect(export_).rejects.toMatchObject({ code: 'cancelled' })
  })
})

describe('a query that takes too long', () => {
  test.each([
    ['computes', endlessCount],
    ['writes', endlessRows],
  ])('and %s ends with a timeout and no file; the process goes on with the next', async (_, query) => {
    await engine.export(handMade('SELECT 1', ['a']), { path: newPath(), format: 'csv' }, patience())
    events = []
    const path = newPath()
    await expect(engine.export(query, { path, format: 'csv' }, patience({ timeLimitMs: 400 }))).rejects.toMatchObject({
      name: 'EngineError',
      code: 'timeout',
    })
    expect(existsSync(path)).toBe(false)
    expect((await exported(handMade('SELECT 1 AS a', ['a']))).text).toBe('a\n1\n')
    expect(events).not.toContainEqual(expect.objectContaining({ signal: 'SIGKILL' }))
  })

  test('is stopped also when the stop comes before it has begun, or just then', async () => {
    for (let turns = 0; turns < 20; turns += 1) {
      const stop = new AbortController()
      const running = codeOf(engine.preview(endlessCount, patience({ signal: stop.signal })))
      for (let turn = 0; turn < turns; turn += 1) await setImmediate()
      stop.abort()
      expect(await running).toBe('cancelled')
    }
    expect(events).toEqual([])
  })

  test('ends with a timeout also while it waits for a free process', async () => {
    const stop = new AbortController()
    const first = engine.preview(endlessCount, patience({ signal: stop.signal }))
    await expect(engine.preview(handMade('SELECT 1', ['a']), patience({ timeLimitMs: 200 }))).rejects.toMatchObject({
      code: 'timeout',
    })
    stop.abort()
    await expect(first).rejects.toMatchObject({ code: 'cancelled' })
    expect(await engine.preview(handMade('SELECT 1', ['a:integer']), patience())).toEqual([[1]])
  })

  test('is called off by its signal, in the middle of writing', async () => {
    const stop = new AbortController()
    const path = newPath()
    const sizes: number[] = []
    await expect(
      engine.export(
        endlessRows,
        { path, format: 'csv' },
        patience({
          signal: stop.signal,
          onProgress({ sizeBytes }) {
            sizes.push(sizeBytes)
            if (sizeBytes > 1_000_000) stop.abort()
          },
        }),
      ),
    ).rejects.toMatchObject({ code: 'cancelled' })
    expect(existsSync(path)).toBe(false)
    expect(sizes).toEqual(sizes.toSorted((a, b) => a - b))
  })

  test('never begins when it was called off before', async () => {
    events = []
    const idle = start()
    await expect(
      idle.preview(handMade('SELECT 1', ['a']), patience({ signal: AbortSignal.abort() })),
    ).rejects.toMatchObject({ code: 'cancelled' })
    await idle.close()
    expect(events).toEqual([])
  })
})

describe('an engine process', () => {
  let own: QueryEngine
  afterEach(() => own.close())

  test('is started by the first query and used again by the next', async () => {
    own = start()
    expect(events).toEqual([])
    await own.preview(handMade('SELECT 1', ['a']), patience())
    await own.preview(handMade('SELECT 1', ['a']), patience())
    expect(events).toMatchObject([{ kind: 'engine_process_started', purpose: 'preview' }])
  })

  test('that is killed in the middle of an export leaves nothing, and the next export works', async () => {
    own = start()
    const path = newPath()
    const failing = own.export(
      endlessRows,
      { path, format: 'csv' },
      patience({ onProgress: ({ sizeBytes }) => sizeBytes > 0 && process.kill(pidOf(events), 'SIGKILL') }),
    )
    await expect(failing).rejects.toMatchObject({ name: 'EngineError', code: 'crashed' })
    expect(existsSync(path)).toBe(false)
    expect(readdirSync(temp())).not.toContain(`almanac-engine-${pidOf(events)}`)
    expect(events.slice(0, 2)).toMatchObject([
      { kind: 'engine_process_started' },
      { kind: 'engine_process_ended', signal: 'SIGKILL' },
    ])

    const again = newPath()
    await own.export(handMade('SELECT 1 AS a', ['a']), { path: again, format: 'csv' }, patience())
    expect(readFileSync(again, 'utf8')).toBe('a\n1\n')
  })

  test('that has grown beyond its memory does no other job: its successor stands ready', async () => {
    // Below what a process with DuckDB takes at rest.
    own = start({ memoryLimitMiB: 64 })
    await own.export(handMade('SELECT 1 AS a', ['a']), { path: newPath(), format: 'csv' }, patience())
    expect(events.filter(({ kind }) => kind === 'engine_process_started')).toHaveLength(2)
    const again = newPath()
    await own.export(handMade('SELECT 1 AS a', ['a']), { path: again, format: 'csv' }, patience())
    expect(readFileSync(again, 'utf8')).toBe('a\n1\n')
    const pids = events.filter(({ kind }) => kind === 'engine_process_started').map(({ pid }) => pid)
    expect(new Set(pids).size).toBe(3)
  })

  test('that is killed while it parts the rows of several accounts leaves neither parts nor files', async () => {
    own = start()
    const targets = ['a0', 'a1'].map((accountId) => ({ accountId, path: newPath(), format: 'csv' as const }))
    const first = targets[0]?.path ?? ''
    const endless = {
      scan: { sql: `SELECT 'a' || (range % 2) AS owner, range AS c1 FROM range(100000000000)`, parameters: [] },
      ownerName: 'owner',
      passedNames: ['c1'],
      partName: 'part',
      result: handMade('SELECT c1 FROM part', ['n']),
    }
    const code = codeOf(own.exportTogether(endless, targets, patience()))
    while (!existsSync(`${first}.parts`)) await setImmediate()
    process.kill(pidOf(events), 'SIGKILL')
    expect(await code).toBe('crashed')
    expect(targets.filter(({ path }) => existsSync(path) || existsSync(`${path}.parts`))).toEqual([])
    expect(
      await own.exportTogether(
        { ...endless, scan: { ...endless.scan, sql: endless.scan.sql.replace('100000000000', '4') } },
        targets,
        patience(),
      ),
    ).toMatchObject([{ rows: 2 }, { rows: 2 }])
    expect(readFileSync(first, 'utf8')).toBe('n\n0\n2\n')
  })

  test('that no longer hears is killed when the time is over', async () => {
    own = start()
    const path = newPath()
    const failing = own.export(
      endlessRows,
      { path, format: 'csv' },
      patience({
        // Enough for the first bytes also on a busy machine: a process that was not stopped would hear.
        timeLimitMs: 5_000,
        onProgress: ({ sizeBytes }) => sizeBytes > 0 && process.kill(pidOf(events), 'SIGSTOP'),
      }),
    )
    expect(await codeOf(failing)).toBe('timeout')
    expect(existsSync(path)).toBe(false)
    expect(events).toContainEqual(expect.objectContaining({ kind: 'engine_process_ended', signal: 'SIGKILL' }))
    expect(await own.preview(handMade('SELECT 1', ['a:integer']), patience())).toEqual([[1]])
  })

  test('that is killed while idle is replaced', async () => {
    const ended = Promise.withResolvers<void>()
    own = start({
      onEvent(event) {
        events.push(event)
        if (event.kind === 'engine_process_ended') ended.resolve()
      },
    })
    await own.preview(handMade('SELECT 1', ['a']), patience())
    process.kill(pidOf(events), 'SIGKILL')
    await ended.promise
    expect(await own.preview(handMade('SELECT 2', ['a:integer']), patience())).toEqual([[2]])
  })

  test("that can't open its database fails the job with the reason and is not kept", async () => {
    writeFileSync(join(root, 'a-file'), '')
    own = start({ tempFolder: join(root, 'a-file') })
    const failure = own.preview(handMade('SELECT 1', ['a']), patience())
    await expect(failure).rejects.toMatchObject({
      code: 'failed',
      cause: { message: expect.stringMatching(/ENOTDIR|EEXIST/) },
    })
    rmSync(join(root, 'a-file'))
    expect(await own.preview(handMade('SELECT 3', ['a:integer']), patience())).toEqual([[3]])
  })

  test('outlives the signals that are meant for the server', async () => {
    own = start()
    await own.preview(handMade('SELECT 1', ['a']), patience())
    process.kill(pidOf(events), 'SIGINT')
    process.kill(pidOf(events), 'SIGTERM')
    await own.preview(handMade('SELECT 1', ['a']), patience())
    expect(events).toHaveLength(1)
  })

  test("gets nothing of the server's environment", async () => {
    process.env['ALMANAC_TEST_SECRET'] = 'hush'
    own = start()
    await own.preview(handMade('SELECT 1', ['a']), patience())
    delete process.env['ALMANAC_TEST_SECRET']
    const environment = readFileSync(`/proc/${pidOf(events)}/environ`, 'utf8').split('\0')
    expect(environment.filter((line) => line !== '' && !line.startsWith('NODE_CHANNEL_'))).toEqual(['TZ=UTC'])
  })

  test('is ended by close, with what it is doing; what comes later is refused', async () => {
    own = start()
    const path = newPath()
    const running = own.export(endlessCount, { path, format: 'csv' }, patience())
    const waiting = own.export(endlessCount, { path: newPath(), format: 'csv' }, patience())
    const codes = [running, waiting].map(codeOf)
    await own.preview(handMade('SELECT 1', ['a']), patience())
    await own.close()
    expect(await Promise.all(codes)).toEqual(['cancelled', 'cancelled'])
    expect(existsSync(path)).toBe(false)
    expect(events.filter((event) => event.kind === 'engine_process_ended')).toMatchObject([
      { exitCode: 0 },
      { exitCode: 0 },
    ])
    await expect(own.preview(handMade('SELECT 1', ['a']), patience())).rejects.toMatchObject({ code: 'cancelled' })
    for (const event of events) expect(readdirSync(temp())).not.toContain(`almanac-engine-${event.pid}`)
  })

  test('ends by itself when its server is killed, and takes its half file along', async () => {
    own = start()
    const folder = join(root, 'orphans')
    mkdirSync(folder)
    const server = spawn(process.execPath, [join(import.meta.dirname, 'testing/start-endless-export.ts'), folder], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    // The engine process has the same standard error: it closes when both are gone.
    const bothGone = once(server.stderr.resume(), 'close')
    await once(server.stdout, 'data')
    expect(existsSync(join(folder, 'endless.csv'))).toBe(true)
    server.kill('SIGKILL')
    await bothGone
    expect(readdirSync(folder)).toEqual(['temp'])
    expect(readdirSync(join(folder, 'temp'))).toEqual([])
  })

  test('cleans up after those that died with their server', async () => {
    const dead = join(temp(), 'almanac-engine-999999999')
    const alive = join(temp(), `almanac-engine-${process.pid}`)
    const strange = join(temp(), 'something-else')
    for (const folder of [dead, alive, strange]) mkdirSync(folder, { recursive: true })
    own = start()
    expect([dead, alive, strange].map(existsSync)).toEqual([false, true, true])
  })
})

describe('a failure says what failed', () => {
  const many = (select: string, rows: number): string => `SELECT ${select} FROM range(${rows})`
  const cases: readonly (readonly [
    what: string,
    sql: () => string,
    code: string,
    change: Partial<DuckDbEngineSettings>,
  ])[] = [
    [
      'a file of the dataset is missing',
      () => `SELECT * FROM read_parquet('${datasets()}/gone.parquet')`,
      'missing_file',
      {},
    ],
    ['a file is no Parquet', () => `SELECT * FROM read_parquet('${datasets()}/broken.parquet')`, 'unreadable_data', {}],
    [
      'memory is too small',
      () => `${many('range, list(range)', 3_000_000)} GROUP BY ALL`,
      'out_of_memory',
      { memoryLimitMiB: 40 },
    ],
    [
      'what exceeds memory exceeds the disk it may use too',
      () => `${many('md5(range::VARCHAR) AS m, md5((range + 1)::VARCHAR)', 3_000_000)} ORDER BY m`,
      'disk_full',
      { memoryLimitMiB: 100, maximumTempGiB: 0.01 },
    ],
  ]

  test.each(cases)('when %s', async (_, sql, code, change) => {
    writeFileSync(join(datasets(), 'broken.parquet'), 'not at all')
    const narrow = start(change)
    const path = newPath()
    const failing = narrow.export(handMade(sql(), ['a']), { path, format: 'csv' }, patience())
    expect(await codeOf(failing)).toBe(code)
    expect(existsSync(path)).toBe(false)
    await narrow.close()
  })

  test("a value that can't be converted, with the engine's words in the cause only", async () => {
    const failure = engine.preview(handMade("SELECT 'secret value'::INTEGER", ['a']), patience())
    await expect(failure).rejects.toMatchObject({
      code: 'failed',
      message: expect.not.stringContaining('secret'),
      cause: { message: expect.stringContaining('secret value') },
    })
  })
})

describe('a profile', () => {
  const relation = () => ({
    kind: 'files' as const,
    format: 'parquet' as const,
    paths: [join(datasets(), 'small.parquet')],
  })

  test('is made in a process of its own, which ends with it', async () => {
    expect(await engine.profile({ relation: relation(), stringColumns: ['Name'] }, patience())).toEqual({
      rows: 10,
      spellings: { Name: { kind: 'lower' } },
    })
    expect(events).toEqual([
      expect.objectContaining({ kind: 'engine_process_started', purpose: 'profile' }),
      expect.objectContaining({ kind: 'engine_process_ended', purpose: 'profile', exitCode: 0 }),
    ])
  })

  test.runIf(process.platform === 'linux')('lets everyone else go first', async () => {
    let priority: number | undefined
    const watched = start({
      onEvent: ({ kind, pid }) => {
        if (kind === 'engine_process_started' && pid !== undefined) priority = getPriority(pid)
      },
    })
    await watched.profile({ relation: relation(), stringColumns: [] }, patience())
    expect(priority).toBe(19)
    await watched.close()
  })

  test('keeps no preview waiting, and a second one waits for the first', async () => {
    const alone = start()
    const request = { relation: relation(), stringColumns: ['Name'] }
    await Promise.all([
      alone.profile(request, patience()),
      alone.profile(request, patience()),
      alone.preview(handMade(`SELECT Name FROM ${small()} LIMIT 1`, ['Name']), patience()),
    ])
    const steps = events.flatMap(({ kind, purpose }) => (purpose === 'profile' ? [kind] : []))
    expect(steps).toEqual([
      'engine_process_started',
      'engine_process_ended',
      'engine_process_started',
      'engine_process_ended',
    ])
    await alone.close()
  })

  test('of a file that is gone, of one outside its folders, or called off, fails and leaves no process', async () => {
    writeFileSync(join(root, 'outside.parquet'), readFileSync(join(datasets(), 'small.parquet')))
    const profileOf = (path: string, signal = new AbortController().signal) =>
      engine.profile(
        { relation: { ...relation(), paths: [path] }, stringColumns: ['Name'] },
        { timeLimitMs: 60_000, signal },
      )
    expect(await codeOf(profileOf(join(datasets(), 'gone.parquet')))).toBe('missing_file')
    expect(await codeOf(profileOf(join(root, 'outside.parquet')))).toBe('failed')
    expect(await codeOf(profileOf(join(datasets(), 'small.parquet'), AbortSignal.abort()))).toBe('cancelled')
    const kinds = events.map(({ kind }) => kind)
    expect(kinds.filter((kind) => kind === 'engine_process_ended')).toHaveLength(2)
    expect(kinds).toHaveLength(4)
  })

  test('that takes too long is interrupted', async () => {
    const huge = { ...relation(), paths: Array.from({ length: 3_000 }, () => join(datasets(), 'small.parquet')) }
    const request = { relation: huge, stringColumns: Array.from({ length: 500 }, () => 'Name') }
    expect(await codeOf(engine.profile(request, patience({ timeLimitMs: 1_500 })))).toBe('timeout')
  })

  test('ends with its engine', async () => {
    const started = Promise.withResolvers<void>()
    const ending = start({
      onEvent: (event) => {
        events.push(event)
        started.resolve()
      },
    })
    const profile = codeOf(ending.profile({ relation: relation(), stringColumns: ['Name'] }, patience()))
    await started.promise
    await ending.close()
    expect(await profile).toBe('cancelled')
    expect(events.at(-1)).toMatchObject({ kind: 'engine_process_ended', purpose: 'profile' })
  })
})

describe('the sandbox', () => {
  test.each([
    ['reads a file of the machine', `SELECT * FROM read_text('/etc/passwd')`],
    ['reads a file of the machine as CSV', `SELECT * FROM read_csv('/etc/passwd')`],
    ['climbs out of its folder', `SELECT * FROM read_text('DATASETS/../secret.txt')`],
    ['follows a link out of its folder', `SELECT * FROM read_text('DATASETS/link.txt')`],
    ['lists the machine', `SELECT * FROM glob('/etc/*')`],
    ['reads from the network', `SELECT * FROM read_csv('http://127.0.0.1:9/x.csv')`],
    ['attaches a database', `ATTACH '/tmp/almanac-sandbox.db'`],
    ['writes elsewhere', `COPY (SELECT 1) TO '/tmp/almanac-sandbox.csv'`],
    ['writes above', `COPY (SELECT 1) TO 'STAGING/../above.csv'`],
    ['exports the database', `EXPORT DATABASE '/tmp/almanac-sandbox'`],
    ['installs an extension', 'INSTALL httpfs'],
    ['loads an extension', `LOAD '/tmp/evil.duckdb_extension'`],
    ['opens the lock', 'SET enable_external_access = true'],
    ['unlocks the settings', 'SET lock_configuration = false'],
    ['widens the folders', `SET allowed_directories = ['/']`],
    ['takes more memory', `SET memory_limit = '64GB'`],
    ['does two things at once', `SELECT 1; SELECT 2`],
  ])('refuses what %s', async (_, sql) => {
    writeFileSync(join(root, 'secret.txt'), 'secret')
    if (!existsSync(join(datasets(), 'link.txt'))) symlinkSync(join(root, 'secret.txt'), join(datasets(), 'link.txt'))
    const query = handMade(sql.replace('DATASETS', datasets()).replace('STAGING', staging()), ['a'])
    await expect(engine.preview(query, patience())).rejects.toMatchObject({ name: 'EngineError', code: 'failed' })
    await expect(engine.export(query, { path: newPath(), format: 'csv' }, patience())).rejects.toMatchObject({
      code: 'failed',
    })
    expect(existsSync(join(root, 'above.csv'))).toBe(false)
  })

  test('refuses an export to a place outside the write folder', async () => {
    const path = join(root, 'outside.csv')
    await expect(engine.export(handMade('SELECT 1', ['a']), { path, format: 'csv' }, patience())).rejects.toMatchObject(
      { code: 'failed' },
    )
    expect(existsSync(path)).toBe(false)
  })

  test("a preview can't even see the write folder", async () => {
    writeFileSync(join(staging(), 'someone-elses.csv'), 'a\n1\n')
    await expect(
      engine.preview(handMade(`SELECT * FROM read_text('${join(staging(), 'someone-elses.csv')}')`, ['a']), patience()),
    ).rejects.toMatchObject({ code: 'failed' })
  })
})
