import { createHash } from 'node:crypto'
import { AppError } from '../kernel/app-error.ts'
import type { Clock } from '../kernel/clock.ts'
import { dayMs, secondMs } from '../kernel/hours.ts'
import type { NewId } from '../kernel/ids.ts'
import type { IdempotencyStore } from './idempotency-store.ts'

export interface ServeOnceDeps {
  readonly idempotency: IdempotencyStore
  /**
   * The machine's, also where another can be moved: who moves a clock by a year and repeats the request for want of an
   * answer must find its key, which is a minute old.
   */
  readonly machineClock: Clock
  readonly newId: NewId
}

export interface OnceRequest {
  readonly clientId: string
  /** Null: the caller named no key, and the request is simply served. */
  readonly key: string | null
  /** Everything that makes two requests the same: operation, version, parameters, body. */
  readonly content: unknown
}

/** How a request does something, and how that is found again when it may have been done already. */
export interface Making<Answer> {
  /** `newId` gives the same ids whenever the same request is served. What is done has to carry the first of them. */
  make(newId: NewId): Promise<Answer>
  /** The answer for what an earlier try has done under its first id; undefined when it came to nothing. */
  found(id: string): Promise<Answer | undefined>
}

export interface ServedOnce<Answer> {
  readonly answer: Answer
  /** Whether this is the answer of an earlier request. */
  readonly replayed: boolean
}

const rememberedMs = dayMs
/** How long a key is still taken after its server has died. A request that takes longer renews it. */
const servingMs = 30 * secondMs
const longestKey = 255

/**
 * Serves a request with an Idempotency-Key once: the same request again gets the first one's answer
 * (`docs/reference/compatibility.md`, Wire). The ids of what is done come from the key: so when a server dies between
 * doing a thing and noting its answer, the next try finds the thing instead of doing it a second time.
 *
 * Raises `idempotency_mismatch` when the key was used for another request, `idempotency_in_progress` while the first is
 * being served, `invalid_request` for a key that is too long; a refusal of the request itself frees the key.
 */
export async function serveOnce<Answer>(
  { idempotency, machineClock, newId }: ServeOnceDeps,
  { clientId, key, content }: OnceRequest,
  making: Making<Answer>,
): Promise<ServedOnce<Answer>> {
  if (key === null) return { answer: await making.make(newId), replayed: false }
  if (key.length > longestKey) {
    const sentence = `Idempotency-Key may have at most ${longestKey} characters`
    throw new AppError('invalid_request', { sentence, field: 'Idempotency-Key' })
  }

  const now = machineClock.now()
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

  const idOf = idsOf(clientId, key, fingerprint, begun.begunAt)
  const served = new AbortController()
  void holdKey({ idempotency, machineClock }, { clientId, key }, served.signal)
  try {
    const before = begun.kind === 'begun_again' ? await making.found(idOf(0)) : undefined
    const answer = before ?? (await making.make(sequence(idOf)))
    await idempotency.finish(clientId, key, JSON.stringify(answer))
    return { answer, replayed: before !== undefined }
  } catch (error) {
    served.abort()
    // Only a refusal says for certain that nothing was done; after any other error the lease has to end first. And it
    // says so of this try alone: of one that died before it the key is kept, so that it can still be found.
    if (error instanceof AppError) {
      await (begun.kind === 'begun'
        ? idempotency.release(clientId, key)
        : idempotency.renew(clientId, key, machineClock.now()))
    }
    throw error
  } finally {
    served.abort()
  }
}

/** Keeps a key taken while its request is served, which may take hours: a file that is sent, a clock moved by a year. */
async function holdKey(
  { idempotency, machineClock }: Omit<ServeOnceDeps, 'newId'>,
  { clientId, key }: { readonly clientId: string; readonly key: string },
  served: AbortSignal,
): Promise<void> {
  for (;;) {
    await machineClock.waitUntil(machineClock.now() + servingMs / 3, served)
    if (served.aborted) return
    // A store that can't be asked now can be in ten seconds; the lease outlives two such beats.
    await idempotency.renew(clientId, key, machineClock.now() + servingMs).catch(() => undefined)
  }
}

/**
 * The ids of a keyed request, each a UUID (version 8, of our own making) that nobody else can foresee or repeat. A key that
 * is new again after its day gives others: what was done under it the first time is there still.
 */
function idsOf(clientId: string, key: string, fingerprint: string, begunAt: number): (index: number) => string {
  return (index) => {
    const hex = sha256(JSON.stringify([clientId, key, fingerprint, begunAt, index]))
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
