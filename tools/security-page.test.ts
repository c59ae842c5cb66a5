import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const page = readFileSync(join(root, 'docs/security.md'), 'utf8')
const rows = [...page.matchAll(/^\| .+ \| `(?<file>[^`]+\.test\.ts)`: (?<name>.+) \|$/gm)].map(
  ({ groups = {} }) => groups,
)

test('each row of the security page names a test that there is', () => {
  expect(rows.length).toBe(
    page.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| attack')).length,
  )
  expect(rows.length).toBeGreaterThan(50)
  const missing = rows.filter(({ file = '', name = '' }) => !namesIn(file).includes(name))
  expect(missing).toEqual([])
})

/** The names of a file's tests and groups, as they are written. */
function namesIn(file: string): readonly (string | undefined)[] {
  const source = readFileSync(join(root, file), 'utf8')
  return [...source.matchAll(/(?:(?:test|describe)\(\s*|\]\)\(\s*|\)\(\s*|\(\s*)(['"`])(?<name>.+?)\1,/g)].map(
    ({ groups }) => groups?.['name'],
  )
}
