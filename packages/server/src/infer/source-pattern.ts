import { isAbsolute, join, relative, resolve, sep } from 'node:path'

/** What `source.pattern` says of files, and what is left to do for the pattern to find them. */
export interface SourcePattern {
  readonly pattern: string
  readonly remark: string | null
  /** The folder, absolute, below which the files lie as the pattern says. */
  readonly root: string
}

const globSigns = /[*?{}[\]]/

/** The pattern below the datasets folder that finds the files of `absolute`, which is a path or a glob. */
export function sourcePattern(absolute: string, datasetsFolder: string): SourcePattern {
  const root = resolve(datasetsFolder)
  const below = relative(root, absolute)
  if (below !== '' && !below.startsWith('..') && !isAbsolute(below))
    return { pattern: slashes(below), remark: null, root }
  const steps = slashes(absolute).split('/')
  const firstGlob = steps.findIndex((step) => globSigns.test(step))
  // Of a glob the folder above it comes along, so that its files don't mix with others.
  const pattern = steps.slice(firstGlob === -1 ? -1 : Math.max(0, firstGlob - 1)).join('/')
  return {
    pattern,
    root: steps.slice(0, steps.length - pattern.split('/').length).join('/') || '/',
    remark: `The files lie elsewhere: put them where this pattern finds them, ${join(root, pattern)}.`,
  }
}

function slashes(path: string): string {
  return path.split(sep).join('/')
}
