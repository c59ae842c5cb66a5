import type { Settings } from './config/settings.ts'
import { openTrinoReader } from './engines/trino/open-trino-reader.ts'
import { inferDatasets, type Inferred, type InferInput } from './infer/infer-datasets.ts'
import { secondMs } from './kernel/hours.ts'

export interface InferCatalogInput extends Omit<InferInput, 'datasetsFolder'> {
  /** Asked for only where there is something that ends by it. */
  readonly interruption: () => AbortSignal
}

/** Drafts datasets from data where these settings have theirs. Raises an `InferError` where no draft can be made. */
export function inferCatalog(
  { datasetsFolder, trino, limits }: Settings,
  { interruption, ...input }: InferCatalogInput,
): Promise<Inferred> {
  const timeLimitMs = limits.exportTimeoutSeconds * secondMs
  const openTrino = trino && (() => openTrinoReader(trino, { timeLimitMs, signal: interruption() }))
  return inferDatasets({ ...input, datasetsFolder }, openTrino)
}
