import type { CallbackOn } from '../../reports/report.ts'

/** `Completed` and `Ended` of the wire; null when it is absent. */
export function callbackOn(word: 'Completed' | 'Ended' | null | undefined): CallbackOn | null {
  if (word === null || word === undefined) return null
  return word === 'Ended' ? 'ended' : 'completed'
}
