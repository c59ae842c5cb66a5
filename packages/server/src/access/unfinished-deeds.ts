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
}

interface Told {
  readonly number: number
  readonly action: string
  readonly object: { readonly id: string }
  /** `dataVersion` tells two loads of a dataset apart; `begun` is the line that a third one speaks of. */
  readonly detail: { readonly dataVersion?: unknown; readonly begun?: unknown }
}

export interface UnfinishedDeeds {
  /** In order. */
  readonly deeds: readonly BegunDeed[]
  /** The last line that was read; 0 when there was none. */
  readonly readTo: number
}

/** What some lines say to be begun, and neither to be done nor of unknown outcome. */
export async function unfinishedDeeds(lines: AsyncIterable<AuditLine>): Promise<UnfinishedDeeds> {
  const open = new Map<number, Told & { readonly action: BegunAction }>()
  let readTo = 0
  for await (const { number, text } of lines) {
    readTo = number
    const told = JSON.parse(text) as Told
    if (isBegun(told)) {
      open.set(number, told)
    } else if (told.detail.begun !== undefined) {
      open.delete(Number(told.detail.begun))
    } else {
      // One that was begun twice was not done the first time.
      const begun = [...open.values()].findLast((candidate) => isDoneBy(candidate, told))
      if (begun !== undefined) open.delete(begun.number)
    }
  }
  return {
    deeds: [...open.values()].map(({ number, action, object }) => ({ number, action, objectId: object.id })),
    readTo,
  }
}

function isBegun(told: Told): told is Told & { readonly action: BegunAction } {
  return Object.hasOwn(deeds, told.action)
}

function isDoneBy(begun: Told & { readonly action: BegunAction }, { action, object, detail }: Told): boolean {
  return (
    action === deeds[begun.action].done &&
    object.id === begun.object.id &&
    detail.dataVersion === begun.detail.dataVersion
  )
}
