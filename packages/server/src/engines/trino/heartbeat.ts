import { secondMs } from '../../kernel/hours.ts'
import type { TrinoTalk } from './trino-talk.ts'

const everyMs = 5 * secondMs

/**
 * One answer can name a thousand segments. Whoever reads them asks the coordinator for nothing meanwhile, which ends a
 * query that nobody has asked about for `query.client.timeout`: the function that this gives, called before each segment,
 * tells it now and then that we are still there. Best effort; a Trino before 475 doesn't know of it.
 */
export function createHeartbeat({ at, headers, signal }: TrinoTalk, nextUri: string | undefined): () => Promise<void> {
  let toldAt = performance.now()
  return async () => {
    if (nextUri === undefined || performance.now() - toldAt < everyMs) return
    toldAt = performance.now()
    const limited = AbortSignal.any([signal, AbortSignal.timeout(everyMs)])
    await fetch(at(nextUri), { method: 'HEAD', headers, redirect: 'manual', signal: limited }).catch(() => undefined)
  }
}
