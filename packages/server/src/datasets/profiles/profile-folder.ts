import type { Spelling } from '@almanac/query'
import { mkdir, readFile, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { writeDurably } from '../../kernel/durable-file.ts'
import type { NewId } from '../../kernel/ids.ts'
import { ifThere } from '../../kernel/if-there.ts'
import type { DataProfile } from '../query-engine.ts'

/** What is known of data versions, in small files: so that a server that starts again need not look at its data. */
export interface ProfileFolder {
  /** `undefined` when there is none under this key, or none that can be read. */
  find(key: string): Promise<DataProfile | undefined>
  /** Keeps a profile under a key, which is a file name, and drops the oldest ones beyond a number. */
  keep(key: string, profile: DataProfile): Promise<void>
}

export interface ProfileFolderOptions {
  /** Made when it is needed. Texts of all accounts stand in it: outside of what the engine may read. */
  readonly folder: string
  readonly newId: NewId
  readonly keptProfiles: number
}

// Another number when files mean something else: then those of before are left alone until they are dropped.
const format = 2

export function createProfileFolder({ folder, newId, keptProfiles }: ProfileFolderOptions): ProfileFolder {
  const pathOf = (key: string): string => join(folder, `${key}.json`)

  async function dropOldest(): Promise<void> {
    const names = await readdir(folder)
    if (names.length <= keptProfiles) return
    const files = await Promise.all(
      names.map(async (name) => ({ name, changedAt: (await ifThere(stat(join(folder, name))))?.mtimeMs ?? 0 })),
    )
    const oldest = files.sort((a, b) => b.changedAt - a.changedAt).slice(keptProfiles)
    await Promise.all(oldest.map(({ name }) => rm(join(folder, name), { force: true })))
  }

  return {
    async find(key) {
      // Whatever is wrong with the file, the data can be looked at again.
      const text = await readFile(pathOf(key), 'utf8').catch(() => undefined)
      return text === undefined ? undefined : readProfile(text)
    },

    async keep(key, { rows, spellings, accountReadShare }) {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const text = `${JSON.stringify({ format, rows, spellings, accountReadShare })}\n`
      await writeDurably(pathOf(key), text, join(folder, `${newId()}.part`))
      await dropOldest()
    },
  }
}

function readProfile(text: string): DataProfile | undefined {
  const file = parsed(text)
  if (!isRecord(file) || file['format'] !== format) return undefined
  const { rows, spellings, accountReadShare } = file
  if (typeof rows !== 'number' || !isRecord(spellings) || !isShare(accountReadShare)) return undefined
  const entries = Object.entries(spellings)
  return entries.every((entry): entry is [string, Spelling] => isSpelling(entry[1]))
    ? { rows, spellings: Object.fromEntries(entries), ...(accountReadShare !== undefined && { accountReadShare }) }
    : undefined
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isSpelling(value: unknown): value is Spelling {
  if (!isRecord(value)) return false
  const { kind, values } = value
  if (kind === 'lower' || kind === 'upper') return true
  return kind === 'values' && Array.isArray(values) && values.every((text) => typeof text === 'string')
}

function isShare(value: unknown): value is number | undefined {
  return value === undefined || typeof value === 'number'
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
