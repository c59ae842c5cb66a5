import type { EngineErrorCode } from '../datasets/query-engine.ts'

const sentences: Record<EngineErrorCode, string> = {
  timeout: 'The query ran longer than it may.',
  cancelled: 'The query was called off.',
  out_of_memory: 'The query needs more memory than the engine may use.',
  disk_full: 'The disk, or the space that a query may use on it, is full.',
  missing_file: 'A file of the dataset is missing.',
  unreadable_data: 'The data of the dataset can not be read, or not now.',
  unreachable: 'The engine does not answer, or takes no queries now.',
  crashed: 'The engine process ended while it ran the query.',
  failed: 'The engine refused the query.',
}

/** A sentence for each failure, without SQL or paths. */
export function describeFailure(code: EngineErrorCode): string {
  return sentences[code]
}
