import {
  choice,
  choices,
  databaseUrl,
  integer,
  list,
  origins,
  proxies,
  text,
  url,
  yesNo,
  type SettingKind,
} from './setting-kinds.ts'
import { trustedIssuers } from './trusted-issuers.ts'

export interface SettingSpec<Value> {
  readonly kind: SettingKind<Value>
  /** One sentence for `almanac serve --help` and the reference. */
  readonly about: string
  /** The value where nobody said anything. Null: worked out from other settings, as `about` says. */
  readonly default: NoInfer<Value> | null
  /** The default in profile `partner-center`, where it differs. */
  readonly partnerCenterDefault?: NoInfer<Value>
}

function setting<Value>(spec: SettingSpec<Value>): SettingSpec<Value> {
  return spec
}

/**
 * Every setting, once. The name is its path in a config file; the environment variable is made from it
 * (`limits.previewRows` → `ALMANAC_LIMITS_PREVIEW_ROWS`). Help and reference are printed from this table.
 */
export const settingTable = {
  dataFolder: setting({
    kind: text,
    default: './data',
    about: 'Folder of all that this installation keeps: database, keys, files. Made if absent.',
  }),
  catalogFolder: setting({
    kind: text,
    default: null,
    about: 'Folder with one folder of catalog files per program. Default: the catalog that ships with Almanac.',
  }),
  datasetsFolder: setting({
    kind: text,
    default: null,
    about: 'Folder below which the sources that the catalog names are found. Default: <dataFolder>/datasets.',
  }),
  'database.url': setting({
    kind: databaseUrl,
    default: null,
    about:
      'PostgreSQL database for many processes: postgresql://user:password@host:5432/database. Default: a SQLite file in the data folder, for one process.',
  }),
  'database.connections': setting({
    kind: integer(2, 500),
    default: 10,
    about: 'Connections to PostgreSQL that this process may have open at once, and one more for hints.',
  }),
  'database.waitSeconds': setting({
    kind: integer(0, 3_600),
    default: 60,
    about: 'How long a start waits for a PostgreSQL that is not there yet.',
  }),
  roles: setting({
    kind: choices('api', 'worker', 'callbacks'),
    default: ['api', 'worker', 'callbacks'],
    about:
      'What this process does: api answers clients, worker runs executions and retention, callbacks sends callbacks. With PostgreSQL there may be any number of processes of each; every process serves /health and /ready.',
  }),
  'listen.host': setting({ kind: text, default: '127.0.0.1', about: 'Address to listen on.' }),
  'listen.port': setting({
    kind: integer(0, 65_535),
    default: 8080,
    about: 'Port to listen on; 0 lets the system choose one.',
  }),
  'listen.trustProxy': setting({
    kind: proxies,
    default: [],
    about:
      'Proxies whose X-Forwarded-For is believed: their addresses, or how many there are on the way (then nobody else may reach the port). Default: none, and the header is ignored.',
  }),
  'tls.certFile': setting({
    kind: text,
    default: null,
    about:
      'PEM file of the certificate, with those between it and its authority. Read again when it changes. Default: no TLS.',
  }),
  'tls.keyFile': setting({ kind: text, default: null, about: "PEM file of the certificate's key." }),
  'cors.allowedOrigins': setting({
    kind: origins,
    default: [],
    about: 'Web pages of these origins may call the API. Default: none.',
  }),
  publicUrl: setting({
    kind: url,
    default: null,
    about:
      'What the outside world calls this server; links and the token issuer are made from it. Default: the address it listens on.',
  }),
  tenantId: setting({
    kind: text,
    default: null,
    about: 'The id in /{tenantId}/oauth2/token. Default: made on the first start and kept.',
  }),
  audiences: setting({
    kind: list,
    default: ['https://api.partnercenter.microsoft.com', 'https://graph.windows.net', 'https://graph.microsoft.com'],
    about: 'Resources that tokens may be asked for and that are accepted.',
  }),
  'issuers.trusted': setting({
    kind: trustedIssuers,
    default: [],
    about:
      'OpenID Connect issuers elsewhere, such as Entra, whose tokens are accepted: objects with issuer, audiences, claims, accounts, roles, clockSkewSeconds, discovery (in the environment: JSON). Default: none.',
  }),
  'issuers.builtIn': setting({
    kind: yesNo,
    default: true,
    about: 'Whether this server issues tokens itself and accepts them. false: only those of issuers.trusted.',
  }),
  profile: setting({
    kind: choice('open', 'partner-center'),
    default: 'open',
    about: 'open: wide limits, extended query language. partner-center: the documented limits and grammar only.',
  }),
  'limits.activeReportsPerClient': setting({
    kind: integer(1, 10_000_000),
    default: 10_000,
    partnerCenterDefault: 50,
    about: 'Active reports that one client may have.',
  }),
  'limits.executeNowPerHour': setting({
    kind: integer(1, 1_000_000),
    default: 600,
    partnerCenterDefault: 5,
    about: 'ExecuteNow reports that one client may create in 60 minutes.',
  }),
  'limits.queriesPerClient': setting({
    kind: integer(1, 10_000_000),
    default: 10_000,
    partnerCenterDefault: 100,
    about: 'Saved queries that one client may have.',
  }),
  'limits.startLeadHours': setting({
    kind: integer(0, 720),
    default: 0,
    partnerCenterDefault: 4,
    about: 'How far ahead StartTime must lie. 0: a start in the past begins at the next point of its grid.',
  }),
  'limits.maximumIntervalHoursV1': setting({
    kind: integer(4, 17_520),
    default: 90,
    about: "v1's largest RecurrenceInterval; later editions of the documents allowed 2160.",
  }),
  'limits.maximumScheduleHours': setting({
    kind: integer(1, 17_520_000),
    default: 175_200,
    partnerCenterDefault: 17_520,
    about: 'RecurrenceInterval × RecurrenceCount may span at most this.',
  }),
  'limits.previewRows': setting({ kind: integer(1, 10_000), default: 100, about: 'Rows that testQueryResult gives.' }),
  'limits.previewTimeoutSeconds': setting({
    kind: integer(1, 3_600),
    default: 100,
    about: 'How long testQueryResult may run.',
  }),
  'limits.previewsAtOnce': setting({
    kind: integer(1, 10_000),
    default: 20,
    about: 'Test queries that may run and wait at once; beyond, the answer is 429 with Retry-After.',
  }),
  'limits.queuedExports': setting({
    kind: integer(1, 10_000_000),
    default: 5_000,
    about:
      'Executions that may be due and not begun yet; beyond, ExecuteNow of a client that has one under way is answered with 429 and Retry-After. Scheduled reports are never refused for it.',
  }),
  'limits.exportTimeoutSeconds': setting({
    kind: integer(1, 604_800),
    default: 7_200,
    about: 'How long one try of an execution may run.',
  }),
  'limits.connections': setting({
    kind: integer(1, 1_000_000),
    default: 10_000,
    about: 'Connections that may be open at once, downloads among them; one more is closed as it is opened.',
  }),
  'limits.requestBodyBytes': setting({
    kind: integer(1_024, 104_857_600),
    default: 262_144,
    about: 'Largest request body.',
  }),
  'limits.arrivalSeconds': setting({
    kind: integer(1, 600),
    default: 30,
    about:
      'How long the headers of a request may take to arrive, and how long its body after them. Files that are loaded may take as long as they take.',
  }),
  'limits.requestsPerMinutePerClient': setting({
    kind: integer(0, 10_000_000),
    default: 6_000,
    about:
      'Requests that one client may send in a minute, all at once or evenly; beyond, 429 with Retry-After. 0: no limit.',
  }),
  'limits.requestsPerMinutePerAddress': setting({
    kind: integer(0, 10_000_000),
    default: 12_000,
    about:
      'The same for one address (of IPv6, a /64), with a token or without. Behind a proxy all come from one address unless listen.trustProxy says so. 0: no limit.',
  }),
  'engine.memoryLimitMiB': setting({
    kind: integer(512, 1_048_576),
    default: 1_024,
    about: 'Memory of each engine process, all of it; beyond it, it spills to disk.',
  }),
  'engine.threads': setting({
    kind: integer(1, 256),
    default: null,
    about: 'Threads of each engine process. Default: as many as the machine has cores.',
  }),
  'engine.exportProcesses': setting({
    kind: integer(1, 64),
    default: 1,
    about:
      'Executions that run at once, each in an engine process, or in a thread where Trino runs its query. Previews have one of their own.',
  }),
  'engine.tempFolder': setting({
    kind: text,
    default: null,
    about: 'Where the engine spills. Default: <dataFolder>/temp.',
  }),
  'engine.maximumTempGiB': setting({
    kind: integer(1, 65_536),
    default: 50,
    about: 'Disk that one engine process may use for spilling.',
  }),
  'trino.url': setting({
    kind: url,
    default: null,
    about: 'Coordinator of the Trino that runs the queries of datasets with `format: trino`. Default: none.',
  }),
  'trino.user': setting({ kind: text, default: 'almanac', about: 'As whom Trino is asked.' }),
  'trino.passwordFile': setting({
    kind: text,
    default: null,
    about: "File with the user's password, read again for each query. Over https only.",
  }),
  'trino.tokenFile': setting({
    kind: text,
    default: null,
    about: 'File with a JWT to show instead of a password, read again for each query. Over https only.',
  }),
  'data.keptVersions': setting({
    kind: integer(1, 1_000),
    default: 3,
    about:
      'How many loaded versions of a dataset are kept, the one in force among them. One that a run may still read is kept beyond that.',
  }),
  'data.loadTimeoutSeconds': setting({
    kind: integer(1, 604_800),
    default: 14_400,
    about: 'How long one load of a dataset may run.',
  }),
  'data.uploadBytes': setting({
    kind: integer(1_024, 1_099_511_627_776),
    default: 10_737_418_240,
    about: 'Largest file that may be sent to be loaded, after decompression. Files on this machine have no limit.',
  }),
  'links.lifetimeHours': setting({
    kind: integer(1, 720),
    default: 24,
    about: 'How long a reportAccessSecureLink works.',
  }),
  'links.compress': setting({
    kind: choice('when-accepted', 'always'),
    default: 'when-accepted',
    partnerCenterDefault: 'always',
    about: 'Whether files are sent gzip-compressed to clients that accept it, or to everyone.',
  }),
  'links.singleUse': setting({
    kind: yesNo,
    default: false,
    about:
      'Whether a reportAccessSecureLink works for one download only. One that breaks off can then not be gone on with: a new link is needed.',
  }),
  'links.bindToAddress': setting({
    kind: yesNo,
    default: false,
    about:
      'Whether a reportAccessSecureLink works only from the address (of IPv6, the /64) that asked for it. Behind a proxy, set listen.trustProxy too.',
  }),
  'artifacts.store': setting({
    kind: choice('disk', 'azure', 's3'),
    default: 'disk',
    about: 'Where the files of executions are kept: below the data folder, in Azure Blob Storage, or in S3.',
  }),
  'artifacts.links': setting({
    kind: choice('own', 'store'),
    default: 'own',
    about:
      'Where a reportAccessSecureLink leads: to this server, or to azure or s3 themselves (SAS or presigned URL). A link of the store works until it ends: nothing takes it back, and links.singleUse and links.bindToAddress are not to be had.',
  }),
  'artifacts.prefix': setting({
    kind: text,
    default: 'artifacts/',
    about: "What the names of all files in azure or s3 begin with; this installation's tenant id follows.",
  }),
  'artifacts.azure.container': setting({
    kind: text,
    default: 'almanac',
    about: 'Container of the files. Made if absent, where the login may.',
  }),
  'artifacts.azure.connectionString': setting({
    kind: text,
    default: null,
    about:
      'Connection string of the storage account, with its key. Holds a secret: better in the environment than in a file.',
  }),
  'artifacts.azure.accountUrl': setting({
    kind: url,
    default: null,
    about:
      'Address of the storage account, such as https://ACCOUNT.blob.core.windows.net, for a login without a secret: managed identity, workload identity, environment or Azure CLI.',
  }),
  'artifacts.s3.bucket': setting({ kind: text, default: null, about: 'Bucket of the files. It has to exist.' }),
  'artifacts.s3.region': setting({
    kind: text,
    default: null,
    about: 'Region of the bucket. Default: as the environment of the AWS SDK says. Credentials come from there always.',
  }),
  'artifacts.s3.endpoint': setting({
    kind: url,
    default: null,
    about: "Address of a service that speaks as S3 does. Default: Amazon's.",
  }),
  'artifacts.s3.pathStyle': setting({
    kind: yesNo,
    default: false,
    about: 'Whether the bucket stands in the path of an address, not in its host. Most services but Amazon want true.',
  }),
  'callbacks.allowedHosts': setting({
    kind: list,
    default: [],
    about: 'Host names or CIDR blocks that callbacks may reach although they are not public.',
  }),
  'callbacks.allowHttp': setting({
    kind: yesNo,
    default: false,
    about: 'Whether a CallbackUrl may be http; otherwise https only.',
  }),
  'callbacks.timeoutSeconds': setting({
    kind: integer(1, 120),
    default: 15,
    about: 'How long one attempt of a callback may take.',
  }),
  'metrics.host': setting({ kind: text, default: '127.0.0.1', about: 'Address of the Prometheus endpoint.' }),
  'metrics.port': setting({
    kind: integer(0, 65_535),
    default: 0,
    about: 'Port of the Prometheus endpoint, /metrics; 0: none.',
  }),
  'disk.minimumFreeMiB': setting({
    kind: integer(0, 1_048_576),
    default: 256,
    about:
      'Executions do not begin to write when less than this is free on the disk of the data folder: they fail with disk_full and are tried again.',
  }),
  'retention.days': setting({
    kind: integer(1, 3_650),
    default: 90,
    about: 'How long executions and their files are kept.',
  }),
  'clock.movable': setting({
    kind: yesNo,
    default: false,
    about:
      "Whether POST /admin/clock may move this server's clock forward. For emulators and tests: everything that depends on time follows, tokens and links among it.",
  }),
  leaseSeconds: setting({
    kind: integer(3, 25),
    default: 20,
    about: 'How long a worker that has gone silent keeps an execution; another takes over within 30 seconds.',
  }),
  'log.level': setting({
    kind: choice('fatal', 'error', 'warn', 'info', 'debug'),
    default: 'info',
    about: 'The least severe level that is logged.',
  }),
  'log.format': setting({
    kind: choice('json', 'pretty'),
    default: null,
    about: 'json: a line of JSON per event. pretty: for people. Default: pretty on a terminal, json otherwise.',
  }),
} as const

export type SettingName = keyof typeof settingTable
export type SettingValue<Name extends SettingName> =
  (typeof settingTable)[Name] extends SettingSpec<infer Value> ? Value : never

/** `limits.previewRows` → `ALMANAC_LIMITS_PREVIEW_ROWS`. */
export function environmentName(name: string): string {
  return `ALMANAC_${name
    .replaceAll('.', '_')
    .replaceAll(/(?<=[a-z])(?=[A-Z][a-z\d])/g, '_')
    .toUpperCase()}`
}

export const settingNames = Object.keys(settingTable) as readonly SettingName[]
