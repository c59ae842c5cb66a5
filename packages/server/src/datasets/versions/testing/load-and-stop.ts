// A process that loads a file: `load-and-stop.ts <folder> <file> <moment>`. When it comes to that moment it says so on
// standard output, and stands still; with a `!` behind the moment it goes on. The test kills it.

import { writeSync } from 'node:fs'
import type { LoadProgress } from '../load-engine.ts'
import { loadFileOf } from '../load-file-of.ts'
import { openLoads } from './open-loads.ts'

/** The moments of a load, in their order; `describe` is before the version is described, `switch` before it is in force. */
export type LoadMoment = 'staging' | 'files' | LoadProgress['phase'] | 'profile' | 'describe' | 'switch' | 'done'

const [folder = '', path = '', awaited = ''] = process.argv.slice(2)

function come(moment: LoadMoment): void {
  if (awaited.replace('!', '') !== moment) return
  writeSync(1, `${moment}\n`)
  if (!awaited.endsWith('!')) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
}

const loads = openLoads({ folder, retention: { keptVersions: 2, readersMs: 0 } })
let readings = 0
await loads.load(
  path,
  {
    onProgress: ({ phase }) => come(phase),
    async bringFiles() {
      come('files')
      return [loadFileOf(path, null)]
    },
  },
  {
    newId: () => {
      come('staging')
      return loads.deps.newId()
    },
    engine: {
      profile: (...asked) => {
        come('profile')
        return loads.engine.profile(...asked)
      },
    },
    clock: {
      ...loads.clock,
      now: () => {
        readings += 1
        come(readings === 1 ? 'describe' : 'switch')
        return loads.clock.now()
      },
    },
  },
)
come('done')
await loads.close()
