import { readdir } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import type { CatalogMistake } from './catalog-error.ts'

/** A file of a catalog, before it is read. */
export interface CatalogFile {
  readonly program: string
  readonly kind: 'dataset' | 'systemQueries'
  /** File name without its ending. */
  readonly name: string
  readonly path: string
  /** Relative to the catalog's folder, with `/`. */
  readonly shownAs: string
}

/** A program's folder is part of URLs. */
export const programName = /^[a-z0-9][a-z0-9-]*$/
const yamlEnding = /\.ya?ml$/i

/**
 * The YAML files of a catalog in a fixed order: each folder is a program, each file in it a dataset, except
 * `system-queries.yaml`. Other files, and folders that begin with a dot, are left alone.
 */
export async function findCatalogFiles(folder: string, mistakes: CatalogMistake[]): Promise<readonly CatalogFile[]> {
  const programs = await foldersIn(folder, mistakes)
  if (programs !== undefined && programs.length === 0) {
    mistakes.push({
      file: '.',
      line: 1,
      message: 'there is no program: make a folder (like cmp) with a YAML file per dataset',
    })
  }
  const files: CatalogFile[] = []
  for (const program of programs ?? []) {
    if (!programName.test(program)) {
      const message = 'the folder is part of URLs: use lower-case letters, digits and hyphens only'
      mistakes.push({ file: program, line: 1, message })
    }
    const names = (await readdir(join(folder, program))).filter((name) => yamlEnding.test(name)).sort()
    if (names.length === 0) {
      mistakes.push({
        file: program,
        line: 1,
        message: 'the program has no dataset: add a YAML file, or remove the folder',
      })
    }
    files.push(...names.map((name) => catalogFile(folder, program, name)))
    mistakes.push(...(await tooDeep(folder, program)))
  }
  return files
}

/** Files that someone took care to sort into folders of a program: they would be missing, and nothing would say so. */
async function tooDeep(folder: string, program: string): Promise<readonly CatalogMistake[]> {
  const below = await readdir(join(folder, program), { withFileTypes: true, recursive: true })
  return below
    .filter(({ name, parentPath }) => yamlEnding.test(name) && parentPath !== join(folder, program))
    .map(({ name, parentPath }) => join(relative(folder, parentPath), name).split(sep).join('/'))
    .sort()
    .map((file) => ({ file, line: 1, message: `it is not read there: put it into ${program}, which has no folders` }))
}

async function foldersIn(folder: string, mistakes: CatalogMistake[]): Promise<readonly string[] | undefined> {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    for (const { name } of entries.filter((entry) => entry.isFile() && yamlEnding.test(entry.name))) {
      const message = 'it is in no program, and so not read: put it into the folder of one, like cmp'
      mistakes.push({ file: name, line: 1, message })
    }
    return entries
      .filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && !entry.name.startsWith('.'))
      .map(({ name }) => name)
      .sort()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    mistakes.push({ file: '.', line: 1, message: `the folder can't be read: ${reason}` })
    return undefined
  }
}

function catalogFile(folder: string, program: string, fileName: string): CatalogFile {
  const name = fileName.replace(yamlEnding, '')
  return {
    program,
    kind: name === 'system-queries' ? 'systemQueries' : 'dataset',
    name,
    path: join(folder, program, fileName),
    shownAs: `${program}/${fileName}`,
  }
}
