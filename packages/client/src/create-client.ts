import { createAdministration, type Administration } from './administration.ts'
import { createServerClock, type ServerClock } from './clock.ts'
import { createDataVersions, type DataVersions } from './data-versions.ts'
import { createDatasets, type Datasets } from './datasets.ts'
import { download, type Download, type DownloadOptions } from './download.ts'
import { createExecutions, type Executions } from './executions.ts'
import { createQueries, type Queries } from './queries.ts'
import { createReports, type Reports } from './reports.ts'
import type { Fetch } from './send.ts'
import { createSha256, type Sha256 } from './sha256.ts'
import { sleep } from './sleep.ts'
import { createCredentialSource, createProvidedSource, type CredentialOptions } from './token-source.ts'
import { createTransport } from './transport.ts'
import { waitForExecution, type Sleep, type WaitOptions } from './wait-for-execution.ts'
import type { Execution } from './wire-types.ts'

export interface ConnectionOptions {
  /** With version and program: `https://host/insights/v1.1/cmp`. */
  readonly baseUrl: string
  /** Default: the platform's. */
  readonly fetch?: Fetch
  /** Epoch milliseconds. Default: the machine's clock. */
  readonly now?: () => number
  readonly sleep?: Sleep
  /** Makes the hash that downloads are checked with. Default: one that runs everywhere; Node's own is faster. */
  readonly createSha256?: () => Sha256
}

/** Where tokens come from: credentials to get them with, or a function that has them. */
export type ClientOptions = ConnectionOptions &
  (CredentialOptions | { readonly accessToken: () => string | Promise<string> })

/** A program's data at one service: Almanac's, or the one whose API it speaks. */
export interface AlmanacClient {
  readonly datasets: Datasets
  readonly queries: Queries
  readonly reports: Reports
  readonly executions: Executions
  /** What the datasets were loaded with. */
  readonly dataVersions: DataVersions
  /** Who may come in, and who did what. */
  readonly administration: Administration
  /** The clock of an emulator. */
  readonly clock: ServerClock
  /** A token as the client sends it: kept, and renewed shortly before it expires. */
  accessToken(signal?: AbortSignal): Promise<string>
  /** Waits until an execution of the report has completed. See `WaitOptions` for which one. */
  waitForExecution(reportId: string, options?: WaitOptions): Promise<Execution>
  /** Starts to download the file of a completed execution. It is checked against its manifest while it is read. */
  download(execution: Execution, options?: DownloadOptions): Promise<Download>
}

/** Connects to a service. Nothing is sent before the first call. Raises a TypeError for a base URL that is none. */
export function createClient(options: ClientOptions): AlmanacClient {
  // Wrapped: a browser's fetch must not be called as a method of something else.
  const fetch: Fetch = options.fetch ?? ((url, init) => globalThis.fetch(url, init))
  const now = options.now ?? Date.now
  const tokens =
    'accessToken' in options
      ? createProvidedSource(options.accessToken)
      : createCredentialSource(options, { fetch, now })
  const transport = createTransport({ baseUrl: options.baseUrl, fetch, tokens })
  const pause = options.sleep ?? sleep
  const newSha256 = options.createSha256 ?? createSha256
  return {
    datasets: createDatasets(transport),
    queries: createQueries(transport),
    reports: createReports(transport),
    executions: createExecutions(transport),
    dataVersions: createDataVersions(transport, programOf(options.baseUrl)),
    administration: createAdministration(transport),
    clock: createServerClock(transport),
    accessToken: (signal) => tokens.current(signal),
    waitForExecution: (reportId, wait = {}) => waitForExecution({ transport, sleep: pause }, reportId, wait),
    download: (execution, how = {}) => download({ transport, fetch, createSha256: newSha256 }, execution, how),
  }
}

/** The last part of the base URL, encoded as it stands there. */
function programOf(baseUrl: string): string {
  return new URL(baseUrl).pathname.replace(/\/+$/, '').split('/').at(-1) ?? ''
}
