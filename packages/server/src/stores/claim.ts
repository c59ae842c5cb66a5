import type { LeaseRequest } from '../kernel/lease.ts'
import type { ClaimColumns } from './database.ts'

/*
 * Work is claimed the same way in every table that holds some: the row whose `claimable_at` is oldest and has come is
 * updated to the lease, by one statement. Whoever works on it has to name the lease's token in everything that follows;
 * the next claim replaces the token, so a worker that lost its lease finds no row to change.
 */

/** The columns of a row that is under the lease asked for. */
export function leased(request: LeaseRequest): ClaimColumns {
  return { claimable_at: request.expiresAt, lease_token: request.token, lease_owner: request.owner }
}

/** The columns of a row that nobody works on, to be claimed at `at`. */
export function claimableAt(at: number): ClaimColumns {
  return { claimable_at: at, lease_token: null, lease_owner: null }
}

/** The columns of a row that is no work: done, given up or paused. */
export const notClaimable: ClaimColumns = { claimable_at: null, lease_token: null, lease_owner: null }
