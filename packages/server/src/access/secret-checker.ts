import { AppError } from '../kernel/app-error.ts'
import { nobodysHash, verifySecret } from './hash-secret.ts'

/** Checks client secrets. */
export interface SecretChecker {
  /**
   * Whether `secret` belongs to `hash`. `hash` is null where there is no such client: the answer is false and costs the
   * same time. Raises `too_busy` when too many checks wait already.
   */
  check(secret: string, hash: string | null): Promise<boolean>
}

// A check holds a thread of libuv's pool of four, which files and name look-ups need too. Someone who sends wrong
// secrets as fast as the network allows may hold two of them, never all.
const checksAtOnce = 2
// A line of two seconds or so; longer, and the callers at its end have given up before their turn comes.
const checksWaiting = 100

export function createSecretChecker(): SecretChecker {
  let running = 0
  const line: (() => void)[] = []

  async function takeTurn(): Promise<void> {
    if (running < checksAtOnce) {
      running += 1
      return
    }
    if (line.length >= checksWaiting) {
      throw new AppError('too_busy', {
        retryAfterSeconds: 1,
        sentence:
          'Too many token requests wait to be checked. Try again in a second, and keep a token until it expires.',
      })
    }
    // Whoever leaves hands its turn over, so `running` stays as it is.
    await new Promise<void>((resolve) => line.push(resolve))
  }

  function leave(): void {
    const next = line.shift()
    if (next === undefined) running -= 1
    else next()
  }

  return {
    async check(secret, hash) {
      await takeTurn()
      try {
        const matches = await verifySecret(secret, hash ?? nobodysHash)
        return matches && hash !== null
      } finally {
        leave()
      }
    },
  }
}
