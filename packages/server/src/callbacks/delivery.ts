import type { Lease } from '../kernel/lease.ts'

export type DeliveryStatus = 'waiting' | 'delivered' | 'failed'

/** A callback that is owed. A row from the moment its execution completes, until it is delivered or given up. */
export interface CallbackDelivery {
  readonly id: string
  readonly accountId: string
  readonly clientId: string
  readonly reportId: string
  readonly executionId: string
  /** As the partner gave it; the reportId is added when it is sent. */
  readonly url: string
  readonly method: 'GET' | 'POST'
  /** JSON text, fixed at creation, so that every attempt sends the same bytes. Never holds a secret link. */
  readonly body: string
  readonly status: DeliveryStatus
  /** Attempts made so far. */
  readonly attempts: number
  readonly dueAt: number
  readonly createdAt: number
}

export interface ClaimedDelivery extends CallbackDelivery {
  readonly lease: Lease
}

/** One attempt, kept for the operator and the partner. */
export interface DeliveryAttempt {
  readonly startedAt: number
  readonly durationMs: number
  /** HTTP status, or null when none came. */
  readonly responseStatus: number | null
  /** Why it failed, in a sentence that names no internal address; null on success. */
  readonly error: string | null
}

/** A delivery with its attempts, oldest first. */
export interface AttemptedDelivery extends CallbackDelivery {
  readonly history: readonly DeliveryAttempt[]
}

/** What follows an attempt. */
export type DeliveryVerdict =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'retry'; readonly dueAt: number }
  | { readonly kind: 'failed' }
