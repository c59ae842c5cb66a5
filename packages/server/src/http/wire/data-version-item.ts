import type { DataVersionItem } from '@almanac/api'
import type { DatasetVersion } from '../../datasets/versions/dataset-version.ts'
import { toWireTime } from '../../kernel/hours.ts'

/** A loaded version as both versions of the API show it. */
export function dataVersionItem(datasetName: string, version: DatasetVersion, inForce: boolean): DataVersionItem {
  const { number, id, createdAt, mode, loadedBy, files, rows, accounts, sizeBytes } = version
  return {
    datasetName,
    version: number,
    dataVersion: id,
    inForce,
    createdTime: toWireTime(createdAt),
    mode,
    loadedBy,
    files: [...files],
    rows,
    accounts,
    sizeBytes,
  }
}
