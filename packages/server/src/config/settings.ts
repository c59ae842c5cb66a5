import type { TrustedIssuerSettings } from './trusted-issuers.ts'

/** Everything a server can be told, with defaults filled in. Made by `read-settings.ts`, which refuses in words. */
export interface Settings {
  /** Folder of everything this installation keeps: database, artifacts, keys, datasets. */
  readonly dataFolder: string
  /** Folder of catalog files; the shipped catalog by default. */
  readonly catalogFolder: string
  /** Folder below which the catalog's sources are found; `<dataFolder>/datasets` by default. */
  readonly datasetsFolder: string
  /** The PostgreSQL database that keeps everything but files; null: a SQLite file in the data folder. */
  readonly database: {
    readonly url: string
    readonly connections: number
    /** How long a start waits for a database that is not there yet. */
    readonly waitSeconds: number
  } | null
  /** What this process does of the installation's work. */
  readonly roles: readonly ('api' | 'worker' | 'callbacks')[]
  readonly listen: {
    readonly host: string
    readonly port: number
    /** Proxies whose X-Forwarded-For is believed: their addresses, or how many there are. Empty: none. */
    readonly trustProxy: number | readonly string[]
  }
  /** PEM files; null: no TLS. */
  readonly tls: { readonly certFile: string; readonly keyFile: string } | null
  /** Web pages that may call the API. */
  readonly cors: { readonly allowedOrigins: readonly string[] }
  /** What the outside world calls this server; links and issuer are made from it. Null: the address it listens on. */
  readonly publicUrl: string | null
  /** The id in `/{tenantId}/oauth2/token`. Null: made on the first start and kept. */
  readonly tenantId: string | null
  /** Resources (audiences) that tokens may be asked for and that are accepted. */
  readonly audiences: readonly string[]
  readonly issuers: {
    /** Issuers elsewhere whose tokens are accepted. */
    readonly trusted: readonly TrustedIssuerSettings[]
    /** Whether this server issues tokens itself. */
    readonly builtIn: boolean
  }
  readonly profile: 'open' | 'partner-center'
  readonly limits: {
    readonly activeReportsPerClient: number
    readonly executeNowPerHour: number
    readonly queriesPerClient: number
    readonly startLeadHours: number
    /** v1's largest RecurrenceInterval; 90 as the seed says, up to 2160 as later editions allowed. */
    readonly maximumIntervalHoursV1: number
    /** RecurrenceInterval × RecurrenceCount may span at most this. */
    readonly maximumScheduleHours: number
    readonly previewRows: number
    readonly previewTimeoutSeconds: number
    readonly previewsAtOnce: number
    /** Executions that may be due and not begun yet before ExecuteNow is refused. */
    readonly queuedExports: number
    readonly connections: number
    readonly exportTimeoutSeconds: number
    readonly requestBodyBytes: number
    readonly arrivalSeconds: number
    /** 0: no limit. */
    readonly requestsPerMinutePerClient: number
    readonly requestsPerMinutePerAddress: number
  }
  readonly engine: {
    readonly memoryLimitMiB: number
    readonly threads: number
    /** Engine processes, each running one export at a time; previews have one of their own. */
    readonly exportProcesses: number
    readonly tempFolder: string
    readonly maximumTempGiB: number
  }
  /** Null: datasets of Trino can't be had. */
  readonly trino: {
    readonly url: string
    readonly user: string
    readonly passwordFile: string | null
    readonly tokenFile: string | null
  } | null
  readonly data: {
    /** Loaded versions of a dataset that are kept. */
    readonly keptVersions: number
    readonly loadTimeoutSeconds: number
    readonly uploadBytes: number
  }
  readonly links: {
    readonly lifetimeHours: number
    readonly compress: 'when-accepted' | 'always'
    readonly singleUse: boolean
    readonly bindToAddress: boolean
  }
  readonly artifacts: {
    readonly place: { readonly kind: 'disk' } | RemotePlace
    /** Where secure links lead: to this server, or to the store of the files. */
    readonly links: 'own' | 'store'
    /** What names of files in a remote place begin with. */
    readonly prefix: string
  }
  readonly callbacks: {
    /** Host names or CIDR blocks that callbacks may reach although they are not public. */
    readonly allowedHosts: readonly string[]
    readonly allowHttp: boolean
    readonly timeoutSeconds: number
  }
  readonly retention: { readonly days: number }
  /** Where the Prometheus endpoint listens; port 0: nowhere. */
  readonly metrics: { readonly host: string; readonly port: number }
  /** Free disk below which no execution begins to write. */
  readonly disk: { readonly minimumFreeMiB: number }
  /** Whether an administrator may move the clock: only where nobody relies on it. */
  readonly clock: { readonly movable: boolean }
  readonly leaseSeconds: number
  readonly log: { readonly level: 'fatal' | 'error' | 'warn' | 'info' | 'debug'; readonly format: 'json' | 'pretty' }
}

/** A store of files that is elsewhere. */
export type RemotePlace =
  | { readonly kind: 'azure'; readonly container: string; readonly login: AzureLogin }
  | {
      readonly kind: 's3'
      readonly bucket: string
      /** Null: as the environment of the AWS SDK says. */
      readonly region: string | null
      /** Null: Amazon's own. */
      readonly endpoint: string | null
      readonly pathStyle: boolean
    }

/** How Azure knows this server: by a secret, or by what it runs as. */
export type AzureLogin =
  | { readonly kind: 'connection-string'; readonly connectionString: string }
  | { readonly kind: 'identity'; readonly accountUrl: string }
