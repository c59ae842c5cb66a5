import type { Envelope } from '@almanac/api'
import { clientError } from './almanac-error.ts'
import { lowerCamelKeys } from './read-answer.ts'

/** The one record of an answer that has one. */
export function onlyItem({ value }: Envelope<unknown>): Readonly<Record<string, unknown>> {
  const [item] = value
  if (item === undefined) throw clientError('unreadable_answer', 'The answer has no record in `value`')
  return lowerCamelKeys(item)
}
