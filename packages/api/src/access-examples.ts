import type {
  AccountItem,
  AddedSecretItem,
  CertificateItem,
  ClientItem,
  KeyItem,
  PutClientItem,
  SecretItem,
} from './schemas/access.ts'
import type { AuditItem, AuditVerdictItem } from './schemas/audit.ts'

// The same story from the administrator's side: Contoso and its importer.

const clientId = '9e107d9d-372b-4f6c-a1f3-5b2e8c7d4a10'

export const accountExample: AccountItem = {
  accountId: 'contoso',
  name: 'Contoso Ltd',
  createdTime: '2026-03-01T08:00:00Z',
  disabledTime: null,
}

export const clientExample: ClientItem = {
  clientId,
  accountId: 'contoso',
  name: 'importer',
  user: '142344300',
  roles: ['Reports.ReadWrite'],
  createdTime: '2026-03-01T08:01:00Z',
  disabledTime: null,
  accountDisabledTime: null,
}

export const putClientExample: PutClientItem = { ...clientExample, webhookSecret: 'whsec_…' }

export const secretExample: SecretItem = {
  secretId: '1f6d0c3e-52a8-4b0e-9d11-7c3a2e5b8f60',
  clientId,
  hint: 'x7Qa',
  createdTime: '2026-03-01T08:02:00Z',
  expiryTime: '2026-08-28T08:02:00Z',
  lastUsedTime: '2026-03-02T09:14:00Z',
  expired: false,
}

export const addedSecretExample: AddedSecretItem = { ...secretExample, lastUsedTime: null, clientSecret: 'alm_…' }

export const certificateExample: CertificateItem = {
  thumbprint: 'u4QfHhbC2hDgTzm8bQGzv0f4XYmSxH2q0yDg0j0Qm1A',
  clientId,
  subject: 'CN=importer',
  validFromTime: '2026-03-01T00:00:00Z',
  expiryTime: '2027-03-01T00:00:00Z',
  createdTime: '2026-03-01T08:03:00Z',
  lastUsedTime: null,
  expired: false,
}

export const keyExample: KeyItem = {
  keyId: 'b1a2f7c4-0d9e-4a53-8c6b-2e4f9d7a1c30',
  purpose: 'token',
  createdTime: '2026-03-01T08:04:00Z',
  signsFromTime: '2026-03-01T08:04:20Z',
  endTime: null,
}

const hash = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'

export const auditExample: AuditItem = {
  number: 12,
  entry: {
    number: 12,
    time: '2026-03-02T09:15:00.000Z',
    actor: { kind: 'client', accountId: 'operations', clientId: '6b1d4c2a-7f30-4e58-9a0c-3d2e1f4b5a69' },
    action: 'client.disabled',
    object: { kind: 'client', id: clientId },
    accountId: 'contoso',
    requestId: '6f1c2a52-3f5a-4f0e-9c40-0f3a3f2f9b11',
    address: '203.0.113.7',
    detail: { name: 'importer' },
  },
  hash,
}

export const auditVerdictExample: AuditVerdictItem = { whole: true, lines: 12, head: { number: 12, hash }, faults: [] }
