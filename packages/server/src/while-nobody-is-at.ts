import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { WhileNobodyIsAt } from './access/tell-unknown-outcomes.ts'
import type { BegunDeed } from './access/unfinished-deeds.ts'
import type { Settings } from './config/settings.ts'
import { loadedFolderOf } from './create-loads.ts'
import { versionFolder } from './datasets/versions/version-folder.ts'
import type { AuditDetail } from './kernel/audit-entry.ts'
import { lockFolder, type Unlock } from './kernel/lock-folder.ts'

interface Place {
  lock(): Promise<Unlock | undefined>
  state(): Promise<AuditDetail>
}

/** By the locks that whoever changes a dataset or moves the clock holds, from its first line in the audit log to the second. */
export function createWhileNobodyIsAt(settings: Pick<Settings, 'dataFolder'>): WhileNobodyIsAt {
  const places: Record<BegunDeed['action'], (objectId: string) => Place> = {
    'data.load_begun': (objectId) => datasetPlace(settings, objectId),
    'data.switch_begun': (objectId) => datasetPlace(settings, objectId),
    'clock.move_begun': () => ({ lock: () => lockClock(settings), state: async () => ({}) }),
  }
  return async ({ action, objectId }, work) => {
    const place = places[action](objectId)
    const unlock = await place.lock()
    if (unlock === undefined) return false
    try {
      await work(await place.state())
      return true
    } finally {
      unlock()
    }
  }
}

/** The lock of an emulator's clock: held while it is moved. Undefined while somebody else holds it. */
export async function lockClock({ dataFolder }: Pick<Settings, 'dataFolder'>): Promise<Unlock | undefined> {
  const folder = join(dataFolder, 'clock')
  await mkdir(folder, { recursive: true })
  return lockFolder(folder)
}

function datasetPlace(settings: Pick<Settings, 'dataFolder'>, objectId: string): Place {
  const [program = '', ...name] = objectId.split('/')
  const folder = versionFolder(loadedFolderOf(settings), { program, name: name.join('/') })
  return {
    lock: () => folder.lock(),
    state: async () => ({ versionInForce: (await folder.contents())?.current ?? null }),
  }
}
