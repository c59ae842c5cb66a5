import { basename } from 'node:path'
import { basisOf, grouped } from './basis-of.ts'
import type { LookedAt } from './draft-dataset.ts'
import { findFiles, type FoundFiles } from './find-files.ts'
import { folderColumns } from './folder-columns.ts'
import { observeFiles } from './observe-files.ts'
import type { Reader } from './open-reader.ts'
import { sourcePattern } from './source-pattern.ts'

export interface LookAtFilesInput {
  readonly sources: readonly string[]
  readonly datasetsFolder: string
  readonly sampleRows: number
}

/** Finds the data files of a dataset to be and looks at some of their rows. Raises an `InferError`. */
export async function lookAtFiles(
  reader: Reader,
  { sources, datasetsFolder, sampleRows }: LookAtFilesInput,
): Promise<LookedAt> {
  const found = await findFiles(sources)
  const { root, pattern, remark } = sourcePattern(found.pattern, datasetsFolder)
  const folders = folderColumns(root, found.paths)
  const observation = await observeFiles(reader, found, folders, sampleRows)
  return {
    name: found.name,
    source: { format: found.format, pattern, remark },
    basis: basisOf(whatFiles(found), observation),
    observation,
    leftOut: folders.leftOut,
  }
}

function whatFiles({ paths }: FoundFiles): string {
  return paths.length === 1 ? basename(paths[0] ?? '') : `${grouped(paths.length)} files`
}
