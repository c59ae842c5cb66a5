// Completes package-lock.json for other machines than this one: `npm run lockfile`, after each change of dependencies.
//
// Native packages come as one optional package per platform. npm leaves those out of the lockfile that it could not look
// up where it was written (a registry that has this platform's only), and `npm ci` refuses such a lockfile. What is
// missing stands in the packages that want it: name and exact version.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const file = join(import.meta.dirname, '../package-lock.json')
const lock = JSON.parse(readFileSync(file, 'utf8'))
const systems = [
  'darwin',
  'linux',
  'win32',
  'freebsd',
  'netbsd',
  'openbsd',
  'android',
  'openharmony',
  'sunos',
  'aix',
  'wasm32',
]
const processors = ['arm64', 'x64', 'ia32', 'arm', 'ppc64', 'riscv64', 's390x', 'loong64', 'mips64el', 'wasm32']

/** Optional packages that a locked package wants and the lockfile doesn't know. */
function missing() {
  const found = new Map()
  for (const [path, { optionalDependencies = {} }] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      const known = [`${path}/node_modules/${name}`, `node_modules/${name}`].some((place) => place in lock.packages)
      if (!known) found.set(`node_modules/${name}`, { name, version })
    }
  }
  return found
}

function entryOf(name, version) {
  const words = new Set(name.split(/[/.-]/))
  const os = systems.filter((system) => words.has(system))
  const cpu = processors.filter((processor) => words.has(processor) || (processor === 'ppc64' && words.has('ppc64le')))
  const libc = name.includes('musl') ? ['musl'] : name.endsWith('-gnu') ? ['glibc'] : []
  return {
    version,
    optional: true,
    ...(cpu.length > 0 && { cpu }),
    ...(libc.length > 0 && { libc }),
    ...(os.length > 0 && { os }),
  }
}

const added = [...missing()]
for (const [path, { name, version }] of added) lock.packages[path] = entryOf(name, version)
const root = Object.entries(lock.packages).toSorted(([a], [b]) => (a < b ? -1 : 1))
writeFileSync(file, `${JSON.stringify({ ...lock, packages: Object.fromEntries(root) }, null, 2)}\n`)
console.log(`package-lock.json: ${added.length} packages of other platforms added`)
for (const [, { name, version }] of added)
  if (!/^\d/.test(version)) console.log(`  ${name} has no exact version: ${version}`)
