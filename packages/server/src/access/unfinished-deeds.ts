import type { AuditAction } from '../kernel/audit-entry.ts'
import type { AuditLine } from './audit-log.ts'

/** What is told before and after, by what it is called before. */
export const deeds = {
  'data.load_begun': { done: 'data.loaded', outcomeUnknown: 'data.load_outcome_unknown' },
  'data.switch_begun': { done: 'data.switched', outcomeUnknown: 'data.switch_outcome_unknown' },
  'clock.move_begun': { done: 'clock.moved', outcomeUnknown: 'clock.move_outcome_unknown' },
} as const satisfies Partial<Record<AuditAction, { readonly done: AuditAction; readonly outcomeUnknown: AuditAction }>>

export type BegunAction = keyof typeof deeds

/** A line that says that something is about to be done. */
export interface BegunDeed {
  readonly number: number
  readonly action: BegunAction
  readonly objectId: string
  /** Tells two loads of a dataset apart. */
  readonly dataVersion: unknown
}

interface Told {
  readonly action: string
  readonly object: { readonly id: string }
  /** `begun` is the line that one of an unknown outcome speaks of. */
  readonly detail: { readonly dataVersion?: unknown; readonly begun?: unknown }
}

export interface UnfinishedDeeds {
  /** In order. */
  readonly deeds: readonly BegunDeed[]
  /** The last line that was read; 0 when there was none. */
  readonly readTo: number
}

/** What some lines, and those `before` them, say to be begun, and neither to be done nor of unknown outcome. */
export async function unfinishedDeeds(
  lines: AsyncIterable<AuditLine>,
  before: UnfinishedDeeds = { deeds: [], readTo: 0 },
): Promise<UnfinishedDeeds> {
  const open = new Map(before.deeds.map((deed) => [deed.number, deed]))
  let { readTo } = before
  for await (const { number, text } of lines) {
    readTo = number
    const { action, object, detail } = JSON.parse(text) as Told
    if (isBegun(action)) {
      open.set(number, { number, action, objectId: object.id, dataVersion: detail.dataVersion })
    } else if (detail.begun !== undefined) {
      open.delete(Number(detail.begun))
    } else {
      // One that was begun twice was not done the first time.
      const begun = [...open.values()].findLast(
        (deed) =>
          action === deeds[deed.action].done && object.id === deed.objectId && detail.dataVersion === deed.dataVersion,
      )
      if (begun !== undefined) open.delete(begun.number)
    }
  }
  return { deeds: [...open.values()], readTo }
}

function isBegun(action: string): action is BegunAction {
  return Object.hasOwn(deeds, action)
}
