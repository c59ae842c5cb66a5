import { createClient, type AlmanacClient, type ConnectionOptions, type Execution } from '../src/index.ts'
import { startAnswering, type Answer, type AnsweringServer, type Asked } from './answering-server.ts'

export const basePath = '/insights/v1.1/cmp'

export interface Service extends AnsweringServer {
  readonly client: AlmanacClient
  /** How long the client was told to sleep, each time; it did not. */
  readonly pauses: readonly number[]
  /** Moves the client's clock. */
  passTime(ms: number): void
}

/**
 * A service that hands out `token-1`, `token-2`, … and answers everything below the base path, named without it, as
 * `answer` says; and a client of it.
 */
export async function startService(
  answer: (asked: Asked, path: string) => Answer,
  options: Partial<ConnectionOptions> = {},
): Promise<Service> {
  let tokens = 0
  let now = 1_000_000
  const pauses: number[] = []
  const server = await startAnswering((asked) => {
    if (!asked.path.endsWith('/oauth2/token')) return answer(asked, asked.path.replace(basePath, ''))
    tokens += 1
    return { json: { token_type: 'Bearer', expires_in: '3599', access_token: `token-${tokens}` } }
  })
  const client = createClient({
    baseUrl: `${server.url}${basePath}`,
    tokenUrl: `${server.url}/tenant/oauth2/token`,
    clientId: 'id',
    clientSecret: 'secret',
    now: () => now,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted()
      pauses.push(ms)
    },
    ...options,
  })
  return {
    ...server,
    client,
    pauses,
    passTime(ms) {
      now += ms
    },
  }
}

/** A completed execution whose secure link is `link`. */
export function completedExecution(link: string | null, change: Partial<Execution> = {}): Execution {
  return {
    executionId: 'execution-1',
    reportId: 'report-1',
    recurrenceInterval: -1,
    recurrenceCount: 1,
    callbackUrl: null,
    callbackMethod: null,
    format: 'csv',
    executionStatus: 'Completed',
    failureReason: null,
    dataVersion: 'version-1',
    reportLocation: null,
    reportAccessSecureLink: link,
    reportExpiryTime: null,
    reportGeneratedTime: null,
    ...change,
  }
}
