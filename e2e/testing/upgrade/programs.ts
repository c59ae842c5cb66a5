import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrations } from '../../../packages/server/src/stores/migrations/migrate.ts'
import { root } from '../almanac-process.ts'

/** The schema version of this program, and the one of a program that `withNextStep` or `withBreakingStep` makes. */
export const schemaVersion = migrations.length
export const nextSchemaVersion = schemaVersion + 1

/** Makes a copy of this program in a folder of its own, with the packages that it needs. Gives the folder. */
export async function copyProgram(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'almanac-program-'))
  const isNeeded = (path: string): boolean => !/\/(node_modules|corpus|test)$|\.(test|contract)\.ts$/.test(path)
  await cp(join(root, 'packages'), join(folder, 'packages'), { recursive: true, filter: isNeeded })
  await linkDependencies(folder)
  return folder
}

/**
 * The next version of this program: a step that only adds (columns with a default in tables that are used all the time,
 * a table, an index), and statements that write what it has added, and a field of a manifest that nobody knew before.
 */
export async function withNextStep(folder: string): Promise<string> {
  await addStep(folder, nextSchemaVersion - 1, [
    `alter table executions add column made_by text not null default 'old'`,
    `alter table reports add column made_by text not null default 'old'`,
    `alter table artifacts add column made_by text not null default 'old'`,
    `alter table callback_deliveries add column made_by text not null default 'old'`,
    `create table execution_notes (
       execution_id text primary key references executions (id) on delete cascade,
       note text not null
     )`,
    `create index executions_by_maker on executions (made_by, finished_at)`,
  ])
  await edit(folder, 'artifact-row.ts', 'JSON.stringify(artifact.manifest),', (found) =>
    found.replace('artifact.manifest', `{ ...artifact.manifest, madeBy: 'new' }`).concat(` made_by: 'new',`),
  )
  await edit(folder, 'report-row.ts', 'started_count: 0,', (found) => `${found} made_by: 'new',`)
  await edit(folder, 'execution-row.ts', 'claims: 0,', (found) => `${found} made_by: 'new',`)
  return folder
}

/** A version whose step takes away what this program uses at every turn, and says so. */
export async function withBreakingStep(folder: string): Promise<string> {
  await addStep(folder, nextSchemaVersion, [`alter table report_events rename column detail to words`])
  return folder
}

/** Why the program as of a commit can't be had, or null. */
export function lackingCommit(commit: string): string | null {
  try {
    git('cat-file', '-e', `${commit}^{commit}`)
  } catch {
    return `the commit ${commit} is not in this clone (is it shallow, or no git repository?)`
  }
  const changed = packageFiles(commit).flatMap(({ name, dependencies }) =>
    Object.entries(dependencies).filter(([dependency, version]) => installedVersion(name, dependency) !== version),
  )
  if (changed.length === 0) return null
  return `the commit ${commit} needs other packages than are installed: ${changed.map((each) => each.join(' ')).join(', ')}`
}

/** Makes a copy of the program as of a commit in a folder of its own, with the packages that are installed here. */
export async function programOf(commit: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'almanac-program-'))
  const archive = git('archive', commit, 'packages')
  execFileSync('tar', ['-x', '-C', folder], { input: archive })
  await linkDependencies(folder)
  return folder
}

async function addStep(folder: string, oldestCompatible: number, statements: readonly string[]): Promise<void> {
  const step = { version: nextSchemaVersion, name: 'next', oldestCompatible, statements }
  const steps = join(folder, stores, 'migrations')
  await writeFile(join(steps, 'next.ts'), `export const next = ${JSON.stringify(step)}\n`)
  await edit(
    folder,
    'migrations/migrate.ts',
    /(?<=\nexport const migrations: [^=]*= \[)[^\]]*/,
    (list) => `${list}, next`,
  )
  await edit(folder, 'migrations/migrate.ts', /^/, () => `import { next } from './next.ts'\n`)
}

const stores = 'packages/server/src/stores'

/** Changes the one place of a file of the stores that is found. */
async function edit(
  folder: string,
  name: string,
  place: string | RegExp,
  change: (found: string) => string,
): Promise<void> {
  const path = join(folder, stores, name)
  const text = await readFile(path, 'utf8')
  const isThere = typeof place === 'string' ? text.split(place).length === 2 : place.test(text)
  if (!isThere) throw new Error(`The next version can't be made: ${name} has not one ${String(place)}`)
  await writeFile(path, text.replace(place, change))
}

/** Other people's packages as they are installed here; ours are those of the folder. */
async function linkDependencies(folder: string): Promise<void> {
  const installed = join(root, 'node_modules')
  const ours = join(folder, 'node_modules/@almanac')
  await mkdir(ours, { recursive: true })
  for (const name of await readdir(installed)) {
    if (name === '@almanac' || name.startsWith('.')) continue
    await symlink(join(installed, name), join(folder, 'node_modules', name))
  }
  for (const name of await readdir(join(folder, 'packages'))) {
    await symlink(join(folder, 'packages', name), join(ours, name))
    const own = join(root, 'packages', name, 'node_modules')
    if (existsSync(own)) await symlink(own, join(folder, 'packages', name, 'node_modules'))
  }
}

function packageFiles(commit: string) {
  const paths = git('ls-tree', '-r', '--name-only', commit, 'packages').toString().split('\n')
  return paths
    .filter((path) => /^packages\/\w+\/package\.json$/.test(path))
    .map((path) => {
      const { dependencies = {} } = JSON.parse(git('show', `${commit}:${path}`).toString()) as {
        readonly dependencies?: Readonly<Record<string, string>>
      }
      const others = Object.entries(dependencies).filter(([name]) => !name.startsWith('@almanac/'))
      return { name: path.split('/')[1] ?? '', dependencies: Object.fromEntries(others) }
    })
}

function installedVersion(packageName: string, dependency: string): string | undefined {
  const places = [join(root, 'packages', packageName, 'node_modules'), join(root, 'node_modules')]
  const file = places.map((place) => join(place, dependency, 'package.json')).find((path) => existsSync(path))
  if (file === undefined) return undefined
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version
}

function git(...words: readonly string[]): Buffer {
  return execFileSync('git', words, { cwd: root, maxBuffer: 2 ** 28, stdio: ['ignore', 'pipe', 'ignore'] })
}
