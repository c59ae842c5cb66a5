import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'

interface Lock {
  readonly packages: Readonly<Record<string, { readonly optionalDependencies?: Readonly<Record<string, string>> }>>
}

// A lockfile that was written where the registry offers one platform only is refused by `npm ci` elsewhere.
test('the lockfile knows the native packages of every platform (npm run lockfile)', async () => {
  const lock = JSON.parse(await readFile(join(import.meta.dirname, '../package-lock.json'), 'utf8')) as Lock
  const wanted = Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).map((name) => ({ path, name })),
  )
  const unknown = wanted.filter(
    ({ path, name }) =>
      !(`${path}/node_modules/${name}` in lock.packages) && !(`node_modules/${name}` in lock.packages),
  )
  expect(wanted.length).toBeGreaterThan(50)
  expect(unknown).toEqual([])
})
