import { hash } from 'node:crypto'

/** Remembers what tokens were found to say, by the token's hash. Forgets the one that was not seen for the longest. */
export interface RecentTokens<Found> {
  get(token: string): Found | undefined
  set(token: string, found: Found): void
  delete(token: string): void
}

/** `capacity` bounds the memory, whatever number of tokens arrives. */
export function createRecentTokens<Found>(capacity: number): RecentTokens<Found> {
  // A Map keeps the order of insertion: what was used last is put at the end again, so the first is the oldest.
  const byHash = new Map<string, Found>()
  // Who asks again and again stays at the end: moving the only entry of a map makes a new map each time.
  let newest = ''
  const putLast = (key: string, found: Found): void => {
    byHash.delete(key)
    byHash.set(key, found)
    newest = key
  }
  return {
    get(token) {
      const key = hashOf(token)
      const found = byHash.get(key)
      if (found !== undefined && key !== newest) putLast(key, found)
      return found
    },
    set(token, found) {
      putLast(hashOf(token), found)
      if (byHash.size <= capacity) return
      const [oldest] = byHash.keys()
      if (oldest !== undefined) byHash.delete(oldest)
    },
    delete(token) {
      byHash.delete(hashOf(token))
    },
  }
}

/** The tokens themselves are not kept: a copy of this memory must not hold what lets one in. */
function hashOf(token: string): string {
  return hash('sha256', token, 'base64')
}
