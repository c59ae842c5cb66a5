import { InvalidArgumentError } from 'commander'

/** Reads a flag's value as a point in time: `yyyy-MM-ddTHH:mm:ssZ`, or a day for its midnight; epoch milliseconds UTC. */
export function instant(text: string): number {
  const at = /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{1,3})?Z)?$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(at)) throw new InvalidArgumentError('It takes a time such as 2026-03-02T00:00:00Z.')
  return at
}
