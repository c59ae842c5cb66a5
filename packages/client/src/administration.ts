import type { DoOnce } from './do-once.ts'
import { onlyItem } from './only-item.ts'
import { itemsOfPages } from './pages.ts'
import { pascalKeys } from './pascal-keys.ts'
import { lowerCamelKeys } from './read-answer.ts'
import type { ApiRequest, Transport } from './transport.ts'
import type {
  Account,
  AccountFields,
  AddedSecret,
  AuditLine,
  AuditVerdict,
  ClientCertificate,
  ClientFields,
  ClientSecret,
  PutClient,
  RegisteredClient,
  SigningKey,
} from './wire-types.ts'

interface CallOptions {
  readonly signal?: AbortSignal
}

/** Almanac's own: who may come in, and who did what. Needs the role `Admin`. */
export interface Administration {
  accounts(options?: CallOptions): AsyncGenerator<Account, void, void>
  account(accountId: string, options?: CallOptions): Promise<Account>
  /** Makes an account known, or changes it; what is left out stays. May be sent again at will. */
  putAccount(accountId: string, fields?: AccountFields, options?: CallOptions): Promise<Account>
  /** Of one account, or of all. */
  clients(filter?: CallOptions & { readonly accountId?: string }): AsyncGenerator<RegisteredClient, void, void>
  client(clientId: string, options?: CallOptions): Promise<RegisteredClient>
  /** Registers a client under an id of your choice, or changes it. May be sent again at will. */
  putClient(clientId: string, fields: ClientFields, options?: CallOptions): Promise<PutClient>
  secrets(clientId: string, options?: CallOptions): Promise<readonly ClientSecret[]>
  /** Makes a secret and gives it, this one time: the same `idempotencyKey` again is refused, and makes none. */
  addSecret(clientId: string, options?: DoOnce & { readonly expiresInDays?: number }): Promise<AddedSecret>
  removeSecret(clientId: string, secretId: string, options?: CallOptions): Promise<ClientSecret>
  certificates(clientId: string, options?: CallOptions): Promise<readonly ClientCertificate[]>
  /** `thumbprint` is the SHA-256 of its DER form in base64url; `certificate` is PEM, or DER in base64. */
  putCertificate(
    clientId: string,
    thumbprint: string,
    certificate: string,
    options?: CallOptions,
  ): Promise<ClientCertificate>
  removeCertificate(clientId: string, thumbprint: string, options?: CallOptions): Promise<ClientCertificate>
  keys(options?: CallOptions): Promise<readonly SigningKey[]>
  /** `atOnce` ends all that the old keys signed, now. */
  rotateKey(purpose: 'token' | 'link', options?: DoOnce & { readonly atOnce?: boolean }): Promise<SigningKey>
  /** The lines of the audit log in order, from the first or from one on. */
  auditLines(options?: CallOptions & { readonly fromNumber?: number }): AsyncGenerator<AuditLine, void, void>
  /** `anchor`, as `number:hash`, is a line whose hash was noted elsewhere. */
  verifyAudit(options?: CallOptions & { readonly anchor?: string }): Promise<AuditVerdict>
}

export function createAdministration(transport: Transport): Administration {
  /** A call that answers with one record. */
  async function one<Item>(method: ApiRequest['method'], path: string, rest: Partial<ApiRequest>): Promise<Item> {
    return onlyItem(await transport.call({ method, path, ...rest })) as Item
  }

  async function all<Item>(path: string, { signal }: CallOptions): Promise<readonly Item[]> {
    const { value } = await transport.call({ method: 'GET', path, signal })
    return value.map((item) => lowerCamelKeys(item) as Item)
  }

  return {
    accounts: ({ signal } = {}) =>
      itemsOfPages<Account>(transport, { method: 'GET', path: pathTo('accounts'), signal }),
    account: (accountId, { signal } = {}) => one('GET', pathTo('accounts', accountId), { signal }),
    putAccount: (accountId, fields = {}, { signal } = {}) =>
      one('PUT', pathTo('accounts', accountId), { body: pascalKeys(fields), signal }),
    clients: ({ accountId, signal } = {}) =>
      itemsOfPages<RegisteredClient>(transport, {
        method: 'GET',
        path: pathTo('clients'),
        query: { accountId },
        signal,
      }),
    client: (clientId, { signal } = {}) => one('GET', pathTo('clients', clientId), { signal }),
    putClient: (clientId, fields, { signal } = {}) =>
      one('PUT', pathTo('clients', clientId), { body: pascalKeys(fields), signal }),
    secrets: (clientId, options = {}) => all(pathTo('clients', clientId, 'secrets'), options),
    addSecret: (clientId, { expiresInDays, idempotencyKey, signal } = {}) =>
      one('POST', pathTo('clients', clientId, 'secrets'), {
        body: pascalKeys({ expiresInDays }),
        idempotencyKey,
        signal,
      }),
    removeSecret: (clientId, secretId, { signal } = {}) =>
      one('DELETE', pathTo('clients', clientId, 'secrets', secretId), { signal }),
    certificates: (clientId, options = {}) => all(pathTo('clients', clientId, 'certificates'), options),
    putCertificate: (clientId, thumbprint, certificate, { signal } = {}) =>
      one('PUT', pathTo('clients', clientId, 'certificates', thumbprint), {
        body: { Certificate: certificate },
        signal,
      }),
    removeCertificate: (clientId, thumbprint, { signal } = {}) =>
      one('DELETE', pathTo('clients', clientId, 'certificates', thumbprint), { signal }),
    keys: (options = {}) => all(pathTo('keys'), options),
    rotateKey: (purpose, { atOnce, idempotencyKey, signal } = {}) =>
      one('POST', pathTo('keys', purpose, 'rotate'), { body: pascalKeys({ atOnce }), idempotencyKey, signal }),
    auditLines: ({ fromNumber, signal } = {}) =>
      itemsOfPages<AuditLine>(transport, { method: 'GET', path: pathTo('audit'), query: { fromNumber }, signal }),
    verifyAudit: ({ anchor, signal } = {}) => one('GET', pathTo('audit', 'verify'), { query: { anchor }, signal }),
  }
}

/** Ids are whatever the data hold: an account may have a slash in its name. */
function pathTo(...parts: readonly string[]): string {
  return `/admin/${parts.map(encodeURIComponent).join('/')}`
}
