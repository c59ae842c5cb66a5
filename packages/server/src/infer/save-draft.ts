import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { catalogSchemas } from '../datasets/catalog-schemas.ts'
import type { DatasetDraft } from './draft.ts'
import { InferError } from './infer-error.ts'
import { printDraft } from './print-draft.ts'

export interface SaveDraftOptions {
  /** Replaces a file of that name. */
  readonly replace: boolean
}

/**
 * Writes a draft to its place in a catalog, `<folder>/<program>/<Name>.yaml`, and the schema that its first line names
 * where there is none. Gives the file's path. Raises an `InferError` when the file is there and `replace` is false.
 */
export async function saveDraft(
  draft: DatasetDraft,
  catalogFolder: string,
  { replace }: SaveDraftOptions,
): Promise<string> {
  const path = join(catalogFolder, draft.program, `${draft.name}.yaml`)
  await mkdir(join(catalogFolder, draft.program), { recursive: true })
  const { dataset } = await catalogSchemas()
  // `wx`: two who draft at once can't take each other's file either.
  if (!(await written(path, printDraft(draft, `../${dataset.fileName}`), replace ? 'w' : 'wx'))) {
    throw new InferError(`${path} is there already; --force replaces it, --name gives the draft another name.`)
  }
  await written(join(catalogFolder, dataset.fileName), dataset.text, 'wx')
  return path
}

async function written(path: string, text: string, flag: 'w' | 'wx'): Promise<boolean> {
  try {
    await writeFile(path, text, { flag })
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}
