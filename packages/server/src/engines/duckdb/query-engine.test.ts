import { queryEngineContract } from '../../datasets/query-engine.contract.ts'
import { createDuckDbEngine } from './create-duckdb-engine.ts'
import { endlessCount, endlessRows } from './testing/small-dataset.ts'
import { join } from 'node:path'

queryEngineContract({
  dialect: 'duckdb',
  async start(folder) {
    return createDuckDbEngine({
      readFolders: [folder],
      writeFolder: folder,
      tempFolder: join(folder, 'temp'),
      memoryLimitMiB: 256,
      threads: 1,
      exportProcesses: 1,
      previewProcesses: 1,
      maximumTempGiB: 1,
    })
  },
  endlessCount: endlessCount.sql,
  endlessRows: endlessRows.sql,
})
