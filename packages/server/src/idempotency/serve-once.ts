import { createHash } from 'node:crypto'
import { AppError } from '../kernel/app-error.ts'
import type { Clock } from '../kernel/clock.ts'
import { dayMs, secondMs } from '../kernel/hours.ts'
import type { NewId } from '../kernel/ids.ts'
import type { IdempotencyStore } from './idempotency-store.ts'

export interface ServeOnceDeps {
  readonly idempotency: IdempotencyStore
  readonly clock: Clock
  readonly newId: NewId
}

export interface OnceRequest {
  readonly clientId: string
  /** Null: the caller named no key, and the request is simply served. */
  readonly key: string | null
  /** Everything that makes two requests the same: operation, version, parameters, body. */
  readonly content: unknown
}

/** How a request makes something, and how it is found again when it may be there already. */
export interface Making<Answer> {
  /** `newId` gives the same ids whenever the same request is served. */
  make(newId: NewId): Promise<Answer>
  /** The answer for what an earlier try has made under its first id; undefined when it came to nothing. */
  found(id: string): Promise<Answer | undefined>
}

export interface ServedOnce<Answer> {
  readonly answer: Answer
  /** Whether this is the answer of an earlier request. */
  readonly replayed: boolean
}

const rememberedMs = dayMs
/** Far longer than making a row takes. */
const servingMs = 30 * secondMs
const longestKey = 255

/**
 * Serves a request with an Idempotency-Key once: the same request again gets the first one's answer
 * (`docs/reference/compatibility.md`, Wire). The ids of what is made come from the key: so when a server dies between
 * making a thing and noting its answer, the next try finds the thing instead of making a second one.
 *
 * Raises `idempotency_mismatch` when the key was used for another request, `idempotency_in_progress` while the first is
 * being served, `invalid_request` for a key that is too long; a refusal of the request itself frees the key.
 */
export async function serveOnce<Answer>(
  { idempotency, clock, newId }: ServeOnceDeps,
  { clientId, key, content }: OnceRequest,
  making: Making<Answer>,
): Promise<ServedOnce<Answer>> {
  if (key === null) return { answer: await making.make(newId), replayed: false }
  if (key.length > longestKey) {
    const sentence = `Idempotency-Key may have at most ${longestKey} characters`
    throw new AppError('invalid_request', { sentence, field: 'Idempotency-Key' })
  }

  const now = clock.now()
  const fingerprint = sha256(JSON.stringify(content))
  const begun = await idempotency.begin({
    clientId,
    key,
    fingerprint,
    now,
    leaseEndsAt: now + servingMs,
    forgetBeforeAt: now - rememberedMs,
  })
  switch (begun.kind) {
    case 'answered':
      return { answer: JSON.parse(begun.answer) as Answer, replayed: true }
    case 'mismatch':
      throw new AppError('idempotency_mismatch', { key })
    case 'in_progress':
      throw new AppError('idempotency_in_progress', { key })
    case 'begun':
    case 'begun_again':
      break
    default:
      begun satisfies never
  }

  const idOf = idsOf(clientId, key, fingerprint)
  try {
    const before = begun.kind === 'begun_again' ? await making.found(idOf(0)) : undefined
    const answer = before ?? (await making.make(sequence(idOf)))
    await idempotency.finish(clientId, key, JSON.stringify(answer))
    return { answer, replayed: before !== undefined }
  } catch (error) {
    // Only a refusal says for certain that nothing was done; after any other error the lease has to end first.
    if (error instanceof AppError) await idempotency.release(clientId, key)
    throw error
  }
}

/** The ids of a keyed request, each a UUID (version 8, of our own making) that nobody else can foresee or repeat. */
function idsOf(clientId: string, key: string, fingerprint: string): (index: number) => string {
  return (index) => {
    const hex = sha256(JSON.stringify([clientId, key, fingerprint, index]))
    const variant = '89ab'[Number.parseInt(hex.charAt(16), 16) % 4] ?? '8'
    return [
      hex.slice(0, 8),
      hex.slice(8, 12),
      `8${hex.slice(13, 16)}`,
      `${variant}${hex.slice(17, 20)}`,
      hex.slice(20, 32),
    ].join('-')
  }
}

function sequence(idOf: (index: number) => string): NewId {
  let made = 0
  return () => idOf(made++)
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
