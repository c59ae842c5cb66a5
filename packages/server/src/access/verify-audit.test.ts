import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { exportedLine, readAuditFile } from './audit-file.ts'
import { canonicalJson, lineHash } from './audit-chain.ts'
import { openAccessStores, type AccessStores } from './testing/access-stores.ts'
import { anEntry } from './testing/a-client.ts'
import { verifyAudit } from './verify-audit.ts'
import { verifyAuditLog } from './verify-audit-log.ts'

const lines = 8
let stores: AccessStores

beforeEach(async () => {
  stores = await openAccessStores()
  for (let index = 1; index <= lines; index += 1) {
    await stores.audit.append(anEntry('secret.added', { objectId: `secret-${index}` }))
  }
})

/** Changes the SQLite file behind the server's back. */
function tamper(...statements: readonly string[]): void {
  for (const statement of statements) stores.changeFile(statement)
}

const faults = async (anchor: { number: number; hash: string } | null = null) =>
  (await verifyAuditLog(stores.audit, anchor)).faults.map(({ number, problem }) => `${number}: ${problem}`)

const altered = 'The line was altered, or does not follow the line before it'

test('a log that nobody touched is whole', async () => {
  expect(await faults()).toEqual([])
})

test.each<[string, readonly string[], readonly string[]]>([
  [
    'an altered text',
    [`update audit_log set entry = replace(entry, 'secret-3', 'secret-9') where number = 3`],
    [`3: ${altered}`],
  ],
  [
    'a single altered character of a hash',
    [`update audit_log set hash = replace(replace(hash, 'a', 'b'), '1', '2') where number = 8`],
    [`8: ${altered}`, '8: The log ends elsewhere than it says'],
  ],
  ['a missing line', ['delete from audit_log where number = 4'], ['5: Line 4 is missing']],
  ['several missing lines', ['delete from audit_log where number between 3 and 5'], ['6: Lines 3 to 5 are missing']],
  ['a missing first line', ['delete from audit_log where number = 1'], ['2: Line 1 is missing']],
  ['a missing last line', ['delete from audit_log where number = 8'], ['8: Line 8 is missing']],
  [
    'a missing end whose head was set back',
    ['delete from audit_log where number > 6', `update audit_head set number = 6`],
    ['6: The log ends elsewhere than it says'],
  ],
  [
    'two lines that changed places',
    [
      'update audit_log set number = 100 where number = 3',
      'update audit_log set number = 3 where number = 4',
      'update audit_log set number = 4 where number = 100',
    ],
    [
      `3: ${altered}`,
      '3: The text is not that of this line',
      `4: ${altered}`,
      '4: The text is not that of this line',
      `5: ${altered}`,
    ],
  ],
  [
    'later lines moved up over a deleted one',
    [
      'delete from audit_log where number = 7',
      'update audit_log set number = 7 where number = 8',
      'update audit_head set number = 7',
    ],
    [`7: ${altered}`, '7: The text is not that of this line'],
  ],
  [
    'a line slipped in behind the end',
    [`insert into audit_log values (9, '{}', '${'0'.repeat(64)}')`],
    ['9: The line lies behind the end of the log'],
  ],
  [
    'a line slipped in before the beginning',
    [`insert into audit_log values (0, '{"number":0}', '${'0'.repeat(64)}')`],
    ['0: The line is not in its place'],
  ],
])('%s is found', async (_case, statements, expected) => {
  tamper(...statements)
  expect(await faults()).toEqual(expected)
})

test('a log written anew from some line on is found against a hash that was noted before', async () => {
  const [, , , , , , seventh] = await stores.audit.read(1, 10)
  const noted = { number: 7, hash: seventh!.hash }
  expect(await faults(noted)).toEqual([])
  // All from line 5 on with hashes that fit, and the head too.
  const all = await stores.audit.read(1, 10)
  let last = all[3]!.hash
  for (const { number, text } of all.slice(4)) {
    const changed = text.replace('secret-5', 'secret-0')
    last = lineHash(last, changed)
    tamper(`update audit_log set entry = '${changed}', hash = '${last}' where number = ${number}`)
  }
  tamper(`update audit_head set hash = '${last}'`)
  expect(await faults()).toEqual([])
  expect(await faults(noted)).toEqual([
    '7: The hash is not the one that was noted: this line or one before was written anew',
  ])
  expect(await faults({ number: 12, hash: noted.hash })).toEqual(['12: The line that was noted is not there'])
})

test('what is added while the log is verified is no fault', async () => {
  const growing = {
    ...stores.audit,
    async read(from: number, limit: number) {
      const found = await stores.audit.read(from, limit)
      if (found.length > 0) await stores.audit.append(anEntry())
      return found
    },
  }
  expect((await verifyAuditLog(growing, null)).faults).toEqual([])
})

test('an exported log is verified by itself, and a line that was changed, removed or moved is found', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'almanac-audit-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const exported = (await stores.audit.read(1, 100)).map(exportedLine)
  const verdictOf = async (changed: readonly string[]) => {
    const path = join(folder, 'audit.jsonl')
    await writeFile(path, `${changed.join('\n')}\n`)
    return verifyAudit(readAuditFile(path), null, null)
  }
  const whole = await verdictOf(exported)
  expect(whole).toEqual({ lines, head: await stores.audit.head(), faults: [] })
  const numbers = async (changed: readonly string[]) => (await verdictOf(changed)).faults.map(({ number }) => number)
  expect(await numbers(exported.toSpliced(2, 1))).toEqual([4])
  expect(await numbers(exported.with(2, exported[2]!.replace('secret-3', 'secret-7')))).toEqual([3])
  expect(await numbers(exported.with(2, 'not JSON'))).toEqual([3, 3, 4])
  expect(await numbers([exported[1]!, exported[0]!, ...exported.slice(2)])).not.toEqual([])
})

test('a log of many lines is read a few hundred at a time', async () => {
  let most = 0
  const counting = {
    ...stores.audit,
    async read(from: number, limit: number) {
      const found = await stores.audit.read(from, limit)
      most = Math.max(most, found.length)
      return found
    },
  }
  for (let index = 0; index < 600; index += 1) await stores.audit.append(anEntry())
  expect(await verifyAuditLog(counting, null)).toMatchObject({ lines: lines + 600, faults: [] })
  expect(most).toBe(500)
})

test('canonical JSON has one form whatever the order of keys', () => {
  expect(canonicalJson({ b: [1, { d: 'x', c: null }], a: true, e: undefined })).toBe(
    '{"a":true,"b":[1,{"c":null,"d":"x"}]}',
  )
})
