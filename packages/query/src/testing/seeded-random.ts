/** Chance that is the same for the same seed. */
export interface SeededRandom {
  /** A number from 0 up to, not including, 1. */
  readonly next: () => number
  /** A whole number from 0 up to, not including, `count`. */
  readonly below: (count: number) => number
  readonly one: <T>(values: readonly T[]) => T
  readonly chance: (probability: number) => boolean
}

/** The generator mulberry32. */
export function seededRandom(seed: number): SeededRandom {
  let state = seed | 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (count: number): number => Math.floor(next() * count)
  return {
    next,
    below,
    one: <T>(values: readonly T[]): T => {
      if (values.length === 0) throw new Error('there is nothing to choose from')
      return values[below(values.length)] as T
    },
    chance: (probability) => next() < probability,
  }
}
