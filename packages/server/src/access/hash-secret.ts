import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { invariant } from '../kernel/invariant.ts'

interface ScryptCost {
  /** log2 of the number of blocks. */
  readonly ln: number
  readonly r: number
  readonly p: number
}

// 16 MiB and some 40 ms. The secrets are 256 random bits, so nobody guesses one whatever the hash costs; the cost only
// slows down someone who tries, and every token request pays it.
const cost: ScryptCost = { ln: 14, r: 8, p: 1 }
const saltBytes = 16
const keyBytes = 32

const derive = promisify<string, Buffer, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(scrypt)

/**
 * Hashes a client secret for keeping. The result carries its parameters and salt (`$scrypt$ln=14,r=8,p=1$salt$key`,
 * the PHC string format), so a later change of cost leaves the hashes that exist working.
 */
export async function hashSecret(secret: string): Promise<string> {
  const salt = randomBytes(saltBytes)
  const key = await derive(secret, salt, keyBytes, options(cost))
  return `$scrypt$ln=${cost.ln},r=${cost.r},p=${cost.p}$${salt.toString('base64url')}$${key.toString('base64url')}`
}

/** A hash that no known secret has, to be compared with where there is no client: it costs the same time. */
export const nobodysHash = `$scrypt$ln=${cost.ln},r=${cost.r},p=${cost.p}$${'A'.repeat(22)}$${'A'.repeat(43)}`

/** Whether `secret` is the one that `hash` was made of. Takes the same time for every wrong secret. */
export async function verifySecret(secret: string, hash: string): Promise<boolean> {
  const parts = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([\w-]+)\$([\w-]+)$/.exec(hash)
  invariant(parts !== null, 'a secret hash of the store has the form that hashSecret writes')
  const [, ln, r, p, salt = '', key = ''] = parts
  const expected = Buffer.from(key, 'base64url')
  const actual = await derive(
    secret,
    Buffer.from(salt, 'base64url'),
    expected.length,
    options({ ln: Number(ln), r: Number(r), p: Number(p) }),
  )
  return timingSafeEqual(actual, expected)
}

function options({ ln, r, p }: ScryptCost): { N: number; r: number; p: number; maxmem: number } {
  const N = 2 ** ln
  // What the algorithm needs, and a block to spare; the default limit is too low for some costs.
  return { N, r, p, maxmem: 128 * r * (N + p + 3) }
}
