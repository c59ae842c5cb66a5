import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

// The checker passes happily having looked at nothing (it did, with TypeScript 7 and its default parser). So: does it
// look, and does it see?

const root = join(import.meta.dirname, '..')
const run = promisify(execFile)

interface Report {
  readonly summary: {
    readonly totalCruised: number
    readonly violations: readonly { readonly rule: { readonly name: string } }[]
  }
}

async function cruise(folder: string): Promise<Report> {
  const depcruise = join(root, 'node_modules/.bin/depcruise')
  const result = await run(depcruise, ['--config', 'tools/rooms.config.mjs', '-T', 'json', 'packages'], {
    cwd: folder,
    maxBuffer: 1 << 28,
  }).catch((error: { stdout: string }) => error)
  return JSON.parse(result.stdout) as Report
}

async function sourceFiles(): Promise<readonly string[]> {
  const names = await readdir(join(root, 'packages'), { recursive: true })
  return names.filter((name) => name.endsWith('.ts') && name.includes('/src/') && !name.includes('node_modules'))
}

describe('the check of who may know whom', () => {
  let copy: string

  beforeAll(async () => {
    copy = await mkdtemp(join(tmpdir(), 'almanac-rooms-'))
    await mkdir(join(copy, 'tools'))
    await cp(join(root, 'tools/rooms.config.mjs'), join(copy, 'tools/rooms.config.mjs'))
    await cp(join(root, 'packages'), join(copy, 'packages'), { recursive: true })
    await cp(join(root, 'package.json'), join(copy, 'package.json'))
    await symlink(join(root, 'node_modules'), join(copy, 'node_modules'))
  })
  afterAll(() => rm(copy, { recursive: true, force: true }))

  test('looks at every source file and finds nothing', async () => {
    const report = await cruise(root)
    expect(report.summary.totalCruised).toBeGreaterThanOrEqual((await sourceFiles()).length)
    expect(report.summary.violations).toEqual([])
  })

  test.each([
    ['reports', 'http/planted', "import type { Planted } from '../http/planted.ts'\nexport type P = Planted\n"],
    ['kernel', 'reports/planted', "import type { Planted } from '../reports/planted.ts'\nexport type P = Planted\n"],
    ['http', 'stores/planted', "import { planted } from '../stores/planted.ts'\nexport const p = planted\n"],
  ])('sees a forbidden import from %s into %s, a type-only one too', async (room, target, source) => {
    const src = join(copy, 'packages/server/src')
    await writeFile(join(src, `${target}.ts`), 'export interface Planted { readonly a: 1 }\nexport const planted = 1\n')
    await writeFile(join(src, room, 'forbidden.ts'), source)
    const report = await cruise(copy)
    await rm(join(src, room, 'forbidden.ts'))
    await rm(join(src, `${target}.ts`))
    expect(report.summary.violations.map((violation) => violation.rule.name)).toContainEqual(
      expect.stringMatching(new RegExp(`^room-${room}-may-import`)),
    )
  })

  test('sees Node in the language', async () => {
    const file = join(copy, 'packages/query/src/forbidden.ts')
    await writeFile(file, "import { readFileSync } from 'node:fs'\nexport const r = readFileSync\n")
    const report = await cruise(copy)
    await rm(file)
    expect(report.summary.violations.map((violation) => violation.rule.name)).toContain('query-and-api-are-pure')
  })
})
