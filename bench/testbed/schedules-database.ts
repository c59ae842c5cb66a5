import type { readSettings } from '@almanac/server'
import type { Stores } from '../../packages/server/src/stores/stores.ts'

/** A database with many active daily reports, none of them due within the next hour. */
export interface SchedulesDatabase {
  readonly megabytes: number
  /** With which a server starts on it. */
  readonly settings: NonNullable<Parameters<typeof readSettings>[0]['overrides']>
  openStores(): Promise<Stores>
  /**
   * Moves the waiting executions of `count` reports, spread over all of them, so that one falls due every `everyMs` from
   * `beginAt`; with the grid of their reports, so that the occurrence that follows is a day later.
   */
  makeDue(count: number, beginAt: number, everyMs: number): Promise<void>
  remove(): Promise<void>
}
