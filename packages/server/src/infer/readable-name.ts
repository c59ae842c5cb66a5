import { checkQuery } from '@almanac/query'
import type { Dataset } from '@almanac/query'

/** Whether a query can name a column so. The language is asked, so that there is no second idea of what it takes. */
export function isReadableColumn(name: string): boolean {
  return reads(`SELECT ${name} FROM Probe`, { ...probe, columns: [{ name, type: 'string' }] })
}

/** Whether FROM can name a dataset so. */
export function isReadableDataset(name: string): boolean {
  return reads(`SELECT Any FROM ${name}`, { ...probe, name })
}

/**
 * A name for a dataset, made of what its files are called: `flights-3m` → `Flights3m`. What isn't readable even so gets
 * an underscore in front.
 */
export function datasetNameOf(text: string): string {
  const name = pascal(text)
  return isReadableDataset(name) ? name : `_${name}`
}

/** A readable name for a column that has none: `Miles per Gallon` → `MilesPerGallon`. Null when nothing is left of it. */
export function betterColumnName(name: string): string | null {
  const better = [pascal(name), `_${pascal(name)}`].find((candidate) => isReadableColumn(candidate))
  return better ?? null
}

function pascal(text: string): string {
  // Capitals stay: `US Gross` → `USGross`.
  const words = text.split(/[^\p{L}\p{M}\p{N}]+/u)
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
}

const probe: Dataset = {
  name: 'Probe',
  nameAliases: [],
  columns: [{ name: 'Any', type: 'string' }],
  metrics: [],
  columnAliases: {},
  dateRanges: [],
  timespans: 'rolling',
}

function reads(text: string, dataset: Dataset): boolean {
  const checked = checkQuery(text, { datasets: [dataset], profile: 'partner-center' })
  // `SELECT A, B` would be read too, as two columns: what was asked for has to come out as one.
  return (
    checked.ok &&
    checked.query.plan.projection.length === 1 &&
    checked.query.plan.projection[0]?.header === nameIn(text)
  )
}

function nameIn(text: string): string {
  return text.slice('SELECT '.length, text.lastIndexOf(' FROM '))
}
