// A server that starts an export without end and says so. The test kills it and looks whether anything stays behind.

import { join } from 'node:path'
import { createDuckDbEngine } from '../create-duckdb-engine.ts'
import { endlessRows } from './small-dataset.ts'

const [folder = ''] = process.argv.slice(2)

const engine = createDuckDbEngine({
  readFolders: [folder],
  writeFolder: folder,
  tempFolder: join(folder, 'temp'),
  memoryLimitMiB: 256,
  threads: 1,
  exportProcesses: 1,
  previewProcesses: 1,
  maximumTempGiB: 1,
})

await engine.export(
  endlessRows,
  { path: join(folder, 'endless.csv'), format: 'csv' },
  {
    timeLimitMs: 600_000,
    signal: new AbortController().signal,
    onProgress({ sizeBytes }) {
      if (sizeBytes > 0) process.stdout.write('writing\n')
    },
  },
)
