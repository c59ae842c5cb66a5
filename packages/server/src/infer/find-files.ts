import { glob, stat } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { dataFormatOf, type DataFormat } from './data-format.ts'
import { InferError } from './infer-error.ts'

/** The data files of one dataset to be. */
export interface FoundFiles {
  readonly format: DataFormat
  /** Absolute, in a fixed order. */
  readonly paths: readonly string[]
  /** Absolute: a path or a glob that finds them all, and the files that come beside them later. */
  readonly pattern: string
  /** What the files are called: the file's name, or the folder's, without an ending. */
  readonly name: string
}

/**
 * The data files that `sources` name: files, folders (all data files below) and globs. Raises an `InferError` when there
 * is none, when they are of more than one format, and for an ending that says nothing.
 */
export async function findFiles(sources: readonly string[]): Promise<FoundFiles> {
  const found = (await Promise.all(sources.map((source) => filesOf(source)))).flat()
  const paths = [...new Set(found)].sort()
  const formats = new Set(paths.map((path) => dataFormatOf(path)))
  const [format] = formats
  if (paths.length === 0)
    throw new InferError(`There is no data file (.parquet, .csv, .json) in ${sources.join(', ')}.`)
  if (format === undefined || formats.has(undefined)) {
    const odd = paths.find((path) => dataFormatOf(path) === undefined) ?? ''
    throw new InferError(`${odd} is no data file by its ending: .parquet, .csv, .tsv, .json, .jsonl and .ndjson are.`)
  }
  if (formats.size > 1) {
    throw new InferError(
      `A dataset has files of one format; these are of ${[...formats].join(' and ')}. Name one kind.`,
    )
  }
  const pattern = await patternOf(sources, paths)
  return { format, paths, pattern, name: plainName(pattern) }
}

const globSigns = /[*?{}[\]]/

async function filesOf(source: string): Promise<readonly string[]> {
  const kind = await kindOf(source)
  if (kind === 'file') return [resolve(source)]
  const pattern = kind === 'folder' ? join(source, '**/*') : source
  if (kind === 'nothing' && !globSigns.test(source)) throw new InferError(`There is no file or folder ${source}.`)
  const paths: string[] = []
  for await (const path of glob(pattern)) {
    // A folder may have a README beside its data; what a glob names was meant.
    const wanted = kind === 'nothing' || dataFormatOf(path) !== undefined
    if (wanted && (await kindOf(path)) === 'file') paths.push(resolve(path))
  }
  return paths
}

async function kindOf(path: string): Promise<'file' | 'folder' | 'nothing'> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) return 'nothing'
  return found.isDirectory() ? 'folder' : 'file'
}

/** The one source as it was named; of several files the folder that holds them, with all of their kind. */
async function patternOf(sources: readonly string[], paths: readonly string[]): Promise<string> {
  const [first = ''] = paths
  const ending = /\.[^.]+(\.gz)?$/.exec(basename(first))?.[0] ?? ''
  const [only] = sources
  if (only !== undefined && sources.length === 1) {
    if ((await kindOf(only)) === 'folder')
      return join(resolve(only), depthBelow(resolve(only), paths) ? '**' : '', `*${ending}`)
    return resolve(only)
  }
  const folder = paths.map((path) => dirname(path)).reduce(commonFolder)
  return join(folder, depthBelow(folder, paths) ? '**' : '', `*${ending}`)
}

function depthBelow(folder: string, paths: readonly string[]): boolean {
  return paths.some((path) => relative(folder, dirname(path)) !== '')
}

function commonFolder(a: string, b: string): string {
  let folder = a
  while (isAbsolute(folder) && relative(folder, b).split(sep)[0] === '..') folder = dirname(folder)
  return folder
}

function plainName(pattern: string): string {
  const steps = pattern.split(/[/\\]/).filter((step) => step !== '' && !globSigns.test(step) && !step.includes('='))
  return (steps.at(-1) ?? 'data').replace(/(\.[A-Za-z]+)+$/, '')
}
