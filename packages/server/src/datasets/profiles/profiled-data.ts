import type { Relation } from '@almanac/query'
import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { createQueue } from '../../kernel/create-queue.ts'
import type { DataSource, DataVersion } from '../data-version.ts'
import type { CatalogDataset } from '../dataset.ts'
import type { DataProfile, QueryEngine } from '../query-engine.ts'
import { comparedTexts } from './compared-texts.ts'
import type { ProfileFolder } from './profile-folder.ts'

/** A source whose versions come with what is known of them, as soon as it is known. */
export interface ProfiledData extends DataSource {
  /** Resolves when no version is being looked at and none waits for it. */
  idle(): Promise<void>
}

export interface ProfiledDataDeps {
  readonly source: DataSource
  readonly engine: Pick<QueryEngine, 'profile'>
  readonly profiles: ProfileFolder
  /** Below this size reading all of a dataset costs next to nothing. */
  readonly smallestBytes: number
  readonly timeLimitMs: number
  /** Aborts when the server ends: nothing more is looked at then. */
  readonly signal: AbortSignal
  /** Told when a version could not be looked at; it is not tried again before the next start. */
  readonly onFailure: (failure: ProfileFailure) => void
}

export interface ProfileFailure {
  readonly dataset: string
  readonly dataVersion: string | null
  /** Without the engine's own words: there may be values of any account in them. */
  readonly reason: string
}

/** The newest version of a dataset that a query has met. */
interface Met {
  readonly key: string
  /** Done when it is clear whether the version was known before. */
  readonly ready: Promise<void>
  profile: DataProfile | undefined
}

interface Task {
  readonly dataset: CatalogDataset
  readonly version: DataVersion
  readonly sizeBytes: number
  readonly met: Met
}

/**
 * Looks at the data behind a source in the background, once for each version:
 *
 *   versionOf → known  → the version with its rows and spellings
 *             └ unknown → the version as it is; it waits, the smallest first → profile → kept in memory and in a file
 *
 * The query that meets a version first doesn't wait for it. What a profile says changes no result, so nothing comes of it
 * when one fails. The texts in it are of all accounts: they stay in this process and in its folder.
 */
export function createProfiledData(deps: ProfiledDataDeps): ProfiledData {
  const { source, engine, profiles, smallestBytes, timeLimitMs, signal, onFailure } = deps
  const newest = new Map<string, Met>()
  const waiting: Task[] = []
  const inTurn = createQueue()

  function meet(dataset: CatalogDataset, version: DataVersion): Met {
    const key = keyOf(dataset, version)
    const known = newest.get(nameOf(dataset))
    if (known?.key === key) return known
    const { promise: ready, resolve } = Promise.withResolvers<void>()
    const met: Met = { key, ready, profile: undefined }
    newest.set(nameOf(dataset), met)
    void recall(dataset, version, met).finally(resolve)
    return met
  }

  async function recall(dataset: CatalogDataset, version: DataVersion, met: Met): Promise<void> {
    met.profile = await profiles.find(met.key)
    if (met.profile !== undefined) return
    const sizeBytes = await sizeOf(version.relation)
    if (sizeBytes < smallestBytes) return
    waiting.push({ dataset, version, sizeBytes, met })
    void inTurn(lookAtSmallest)
  }

  async function lookAtSmallest(): Promise<void> {
    const task = takeSmallest(waiting)
    // A version that was overtaken while it waited is nobody's any more.
    if (task !== undefined && newest.get(nameOf(task.dataset)) === task.met && !signal.aborted) await look(task)
  }

  async function look({ dataset, version, met }: Task): Promise<void> {
    try {
      const request = {
        relation: version.relation,
        stringColumns: comparedTexts(dataset),
        accountColumn: dataset.accountColumn,
      }
      const profile = await engine.profile(request, { timeLimitMs, signal })
      // Files that were replaced meanwhile: what was read is not of this version, or only in part.
      if ((await source.versionOf(dataset)).id !== version.id) return
      met.profile = profile
      await profiles.keep(met.key, profile)
    } catch (error) {
      if (signal.aborted) return
      const reason = error instanceof Error ? error.message : String(error)
      onFailure({ dataset: dataset.name, dataVersion: version.id, reason })
    }
  }

  return {
    async versionOf(dataset) {
      const version = await source.versionOf(dataset)
      if (!gainsFromProfile(version)) return version
      const met = meet(dataset, version)
      await met.ready
      return met.profile === undefined ? version : withProfile(version, met.profile)
    },

    async idle() {
      await Promise.all([...newest.values()].map(({ ready }) => ready))
      await inTurn(async () => undefined)
    },
  }
}

function nameOf({ program, name }: CatalogDataset): string {
  return `${program}/${name}`
}

/** What is asked of a version is part of its key: a dataset whose catalog entry has changed is looked at again. */
function keyOf(dataset: CatalogDataset, { id }: DataVersion): string {
  const asked = [nameOf(dataset), id, comparedTexts(dataset), dataset.accountColumn]
  return createHash('sha256').update(JSON.stringify(asked)).digest('hex').slice(0, 32)
}

/** Text files are read from start to end whatever is asked, and a version that was loaded has its profile. */
function gainsFromProfile({ relation }: DataVersion): boolean {
  if (relation.kind === 'trino' || relation.spellings !== undefined) return false
  return relation.kind === 'duckdb' || relation.format === 'parquet'
}

function withProfile(version: DataVersion, { rows, spellings, accountReadShare }: DataProfile): DataVersion {
  const { relation } = version
  if (relation.kind === 'trino') return version
  return {
    ...version,
    rows,
    relation: { ...relation, spellings },
    ...(accountReadShare !== undefined && { accountReadShare }),
  }
}

/** The bytes of its files; none where they are gone. */
async function sizeOf(relation: Relation): Promise<number> {
  if (relation.kind === 'trino') return 0
  const paths = relation.kind === 'files' ? relation.paths : [relation.database]
  const sizes = await Promise.all(
    paths.map((path) =>
      stat(path)
        .then(({ size }) => size)
        .catch(() => 0),
    ),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}

function takeSmallest(tasks: Task[]): Task | undefined {
  const smallest = tasks.reduce<Task | undefined>(
    (least, task) => (least === undefined || task.sizeBytes < least.sizeBytes ? task : least),
    undefined,
  )
  if (smallest !== undefined) tasks.splice(tasks.indexOf(smallest), 1)
  return smallest
}
