import type { Owner } from '../kernel/owner.ts'

export type Role = 'Reports.Read' | 'Reports.ReadWrite' | 'Admin'

/** Who is asking, by a verified token. */
export interface Caller extends Owner {
  readonly roles: readonly Role[]
}
