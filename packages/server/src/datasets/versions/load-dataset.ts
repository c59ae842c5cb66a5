import type { Spellings } from '@almanac/query'
import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../kernel/app-error.ts'
import type { Clock } from '../../kernel/clock.ts'
import { secondMs } from '../../kernel/hours.ts'
import type { NewId } from '../../kernel/ids.ts'
import { invariant } from '../../kernel/invariant.ts'
import type { Catalog } from '../catalog.ts'
import type { CatalogDataset } from '../dataset.ts'
import { comparedTexts } from '../profiles/compared-texts.ts'
import type { QueryEngine } from '../query-engine.ts'
import { columnsLacking } from './columns-lacking.ts'
import { nextNumber, retain, withVersion, type Contents, type LoadRequestMark, type Retention } from './contents.ts'
import type { DatasetVersion, LoadMode, VersionPart } from './dataset-version.ts'
import type { EarlierParts, LoadEngine, LoadFile, LoadOutcome, LoadProgress } from './load-engine.ts'
import { requireDataset } from './require-dataset.ts'
import { versionFolder, type VersionFolder } from './version-folder.ts'

export interface LoadDatasetDeps {
  readonly catalog: Catalog
  /** The folder of all loaded data. */
  readonly loadedFolder: string
  readonly loadEngine: LoadEngine
  readonly engine: Pick<QueryEngine, 'profile'>
  /** The machine's, also where another can be moved: files are kept for runs, which take real time. */
  readonly clock: Clock
  readonly newId: NewId
  readonly retention: Retention
  /** A version has at most as many: an append that would make another one writes all rows into one. */
  readonly mostParts: number
  readonly loadTimeoutSeconds: number
}

export interface LoadDatasetInput {
  readonly program: string
  readonly dataset: string
  readonly mode: LoadMode
  readonly ignoreExtraColumns: boolean
  readonly allowNoRows: boolean
  /** Everything but the switch: the files are checked, and nothing changes. */
  readonly dryRun: boolean
  readonly loadedBy: string
  /** Kept with the version and the hash of the file that came, for `findLoaded`; null where nobody will ask. */
  readonly requestId: string | null
  /** Brings the files, once no other load can come in between; what it has to write goes into the given folder. */
  readonly bringFiles: (folder: string) => Promise<readonly LoadFile[]>
  /** Hears of the version right before it comes into force. When it fails, nothing changes. */
  readonly beforeSwitch?: (version: DatasetVersion) => Promise<void>
  /** Hears of it right after, before anybody else can change the dataset. */
  readonly afterSwitch?: (version: DatasetVersion) => Promise<void>
  readonly signal: AbortSignal
  readonly onProgress?: (progress: LoadProgress) => void
}

export interface LoadedDataset {
  readonly version: DatasetVersion
  /** Rows of the files. */
  readonly rowsRead: number
  /** False for a dry run. */
  readonly inForce: boolean
}

/**
 * Loads a new version of a dataset: lock → read, check, sort (the engine) → keep the part → look at it as queries will →
 * describe the version → switch. Until the switch nothing that is in force is touched, and the switch is one rename; runs
 * go on reading the version that they began with. However it ends, what it leaves is removed, by itself or by the next.
 *
 * Raises `unknown_program`, `not_found`, `load_in_progress`, `invalid_data` with what is wrong with the files, and
 * `invalid_request` where rows can't be appended; `EngineError`.
 */
export async function loadDataset(deps: LoadDatasetDeps, input: LoadDatasetInput): Promise<LoadedDataset> {
  const dataset = requireDataset(deps.catalog, input.program, input.dataset)
  const folder = versionFolder(deps.loadedFolder, dataset)
  const unlock = await folder.lock()
  if (unlock === undefined) throw new AppError('load_in_progress', { dataset: dataset.name })
  try {
    const contents = await folder.contents()
    await folder.sweep(contents)
    return await loadLocked(deps, input, dataset, folder, contents)
  } finally {
    // Best effort: the load has succeeded or failed by now, and the next one sweeps too.
    await folder
      .contents()
      .then((contents) => folder.sweep(contents))
      .catch(() => undefined)
    unlock()
  }
}

async function loadLocked(
  deps: LoadDatasetDeps,
  input: LoadDatasetInput,
  dataset: CatalogDataset,
  folder: VersionFolder,
  contents: Contents | undefined,
): Promise<LoadedDataset> {
  const { signal } = input
  const base = await baseOf(input, dataset, folder, contents)
  // A folder of this load's own: the engine process of one that was killed may still be busy in another.
  const stagingFolder = join(folder.stagingFolder, deps.newId())
  await mkdir(stagingFolder)
  const files = await input.bringFiles(stagingFolder)
  const outcome = await deps.loadEngine.load(
    {
      columns: dataset.columns,
      accountColumn: declaredName(dataset, dataset.accountColumn),
      dateColumn: declaredName(dataset, dataset.dateColumn),
      files,
      earlier: base === null ? null : earlierParts(folder, base, deps.mostParts),
      ignoreExtraColumns: input.ignoreExtraColumns,
      allowNoRows: input.allowNoRows,
      stagingFolder,
    },
    {
      timeLimitMs: deps.loadTimeoutSeconds * secondMs,
      signal,
      ...(input.onProgress !== undefined && { onProgress: input.onProgress }),
    },
  )
  if (outcome.kind === 'refused') {
    const { mistakes, total } = outcome
    throw new AppError('invalid_data', { dataset: dataset.name, mistakes, total })
  }

  const number = nextNumber(contents)
  const added = partOf(outcome, number)
  const parts = partsOf(outcome, added, base)
  const describe = (spellings: Spellings): DatasetVersion => ({
    number,
    id: `${number}-${hashOf(parts).slice(0, 12)}`,
    createdAt: deps.clock.now(),
    mode: input.mode,
    loadedBy: input.loadedBy,
    files: files.map(({ name }) => name),
    rows: sumOf(parts, 'rows'),
    accounts: outcome.accounts,
    sizeBytes: sumOf(parts, 'sizeBytes'),
    columns: outcome.columns,
    parts,
    spellings,
  })
  const { rowsRead } = outcome
  if (input.dryRun) return { version: describe({}), rowsRead, inForce: false }

  if (parts.includes(added)) await folder.keepPart(outcome.part.path, added.name)
  const version = describe(await spellingsOf(deps, dataset, folder, parts, signal))
  await folder.describeVersion(version)
  signal.throwIfAborted()
  await input.beforeSwitch?.(version)
  const now = deps.clock.now()
  const loadedFor = markOf(input, files)
  const kept = { number, id: version.id, ...(loadedFor !== undefined && { loadedFor }) }
  await folder.putContents(retain(withVersion(contents, kept, now), deps.retention, now))
  await input.afterSwitch?.(version)
  return { version, rowsRead, inForce: true }
}

/** The version whose rows stay; null when all are replaced, and for the first load. */
async function baseOf(
  { mode }: LoadDatasetInput,
  dataset: CatalogDataset,
  folder: VersionFolder,
  contents: Contents | undefined,
): Promise<DatasetVersion | null> {
  if (mode === 'replace') return null
  if (contents === undefined) return null
  const version = await folder.version(contents.current)
  const lacking = columnsLacking(dataset, version)
  if (lacking.length === 0) return version
  throw new AppError('invalid_request', {
    sentence: `Rows can't be appended: version ${version.id} of ${dataset.name} was loaded without ${lacking.join(', ')}, or with another type of it. Replace it`,
    field: 'mode',
  })
}

function earlierParts(
  folder: VersionFolder,
  { parts, columns, rows }: DatasetVersion,
  mostParts: number,
): EarlierParts {
  return { paths: parts.map(({ name }) => folder.partPath(name)), columns, rows, merge: parts.length >= mostParts }
}

function markOf({ requestId }: LoadDatasetInput, [file]: readonly LoadFile[]): LoadRequestMark | undefined {
  return requestId === null || file?.sha256 === undefined ? undefined : { requestId, sha256: file.sha256 }
}

type Written = Extract<LoadOutcome, { kind: 'written' }>

function partOf({ part: { rows, sizeBytes, sha256 } }: Written, number: number): VersionPart {
  return { name: `${number}-${sha256.slice(0, 12)}.parquet`, rows, sizeBytes, sha256 }
}

function partsOf(
  { merged, rowsRead }: Written,
  added: VersionPart,
  base: DatasetVersion | null,
): readonly VersionPart[] {
  if (base === null || merged) return [added]
  return rowsRead === 0 ? base.parts : [...base.parts, added]
}

function hashOf(parts: readonly VersionPart[]): string {
  const hash = createHash('sha256')
  for (const { sha256 } of parts) hash.update(sha256)
  return hash.digest('hex')
}

function sumOf(parts: readonly VersionPart[], what: 'rows' | 'sizeBytes'): number {
  return parts.reduce((sum, part) => sum + part[what], 0)
}

/** How texts are spelt, for queries; and a proof that the parts can be read where they are now, all rows of them. */
async function spellingsOf(
  { engine, loadTimeoutSeconds }: LoadDatasetDeps,
  dataset: CatalogDataset,
  folder: VersionFolder,
  parts: readonly VersionPart[],
  signal: AbortSignal,
): Promise<Spellings> {
  const { rows, spellings } = await engine.profile(
    {
      relation: { kind: 'files', format: 'parquet', paths: parts.map(({ name }) => folder.partPath(name)) },
      stringColumns: comparedTexts(dataset),
    },
    { timeLimitMs: loadTimeoutSeconds * secondMs, signal },
  )
  invariant(rows === sumOf(parts, 'rows'), `the parts have ${rows} rows where ${sumOf(parts, 'rows')} were written`)
  return spellings
}

/** As the columns have it: a catalog may write the two names in any case. */
function declaredName({ columns }: CatalogDataset, name: string | undefined): string | null {
  if (name === undefined) return null
  const column = columns.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase())
  invariant(column !== undefined, `the column ${name} was checked`)
  return column.name
}
