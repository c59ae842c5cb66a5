import { afterAll } from 'vitest'
import type { Part } from './start-part.ts'

/** A part that runs, or why it can't be had. */
export type HadOrWhy<Had extends Part> =
  | { readonly part: Had; readonly about: string }
  | { readonly part: null; readonly about: string }

/**
 * Starts a part that a test file needs and stops it at its end. Where it can't be had, its suites are skipped under a name
 * that says why, which the run repeats at its end: nobody takes that for proof.
 */
export async function hadOrWhy<Had extends Part>(name: string, start: () => Promise<Had>): Promise<HadOrWhy<Had>> {
  try {
    const part = await start()
    afterAll(() => part.stop())
    return { part, about: name }
  } catch (error) {
    return { part: null, about: `${name}, which is not to be had: ${String(error)}` }
  }
}
