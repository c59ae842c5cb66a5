import { AppError } from '../../kernel/app-error.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Catalog } from '../catalog.ts'
import { columnsLacking } from './columns-lacking.ts'
import { activate } from './contents.ts'
import type { DatasetVersion } from './dataset-version.ts'
import { requireDataset } from './require-dataset.ts'
import { versionFolder } from './version-folder.ts'

export interface ActivateVersionDeps {
  readonly catalog: Catalog
  readonly loadedFolder: string
  readonly clock: Clock
}

/**
 * Puts a version that is kept in force again, after a load of the wrong file, say. Nothing is removed. Raises
 * `unknown_program`, `not_found`, `load_in_progress`; `invalid_request` when the catalog has columns that it lacks.
 */
export async function activateVersion(
  { catalog, loadedFolder, clock }: ActivateVersionDeps,
  input: {
    readonly program: string
    readonly dataset: string
    readonly number: number
    /** Kept with the version, for `findActivated`. */
    readonly requestId: string
    /** Hears of the version right before it comes into force. When it fails, nothing changes. */
    readonly beforeSwitch?: (version: DatasetVersion) => Promise<void>
    /** Hears of it right after, before anybody else can change the dataset. */
    readonly afterSwitch?: (version: DatasetVersion) => Promise<void>
  },
): Promise<DatasetVersion> {
  const dataset = requireDataset(catalog, input.program, input.dataset)
  const folder = versionFolder(loadedFolder, dataset)
  const unlock = await folder.lock()
  if (unlock === undefined) throw new AppError('load_in_progress', { dataset: dataset.name })
  try {
    const contents = await folder.contents()
    if (!contents?.kept.some(({ number }) => number === input.number)) {
      throw new AppError('not_found', {
        sentence: `No item found with given filters. ${dataset.name} has no version ${input.number} that is kept.`,
      })
    }
    const version = await folder.version(input.number)
    const lacking = columnsLacking(dataset, version)
    if (lacking.length > 0) {
      throw new AppError('invalid_request', {
        sentence: `Version ${version.id} of ${dataset.name} was loaded without ${lacking.join(', ')}, or with another type of it`,
      })
    }
    await input.beforeSwitch?.(version)
    await folder.putContents(activate(contents, input.number, clock.now(), input.requestId))
    await input.afterSwitch?.(version)
    return version
  } finally {
    unlock()
  }
}
