import { checkQuery } from '@almanac/query'
import type { Diagnostic, Profile } from '@almanac/query'
import type { CatalogDataset, SystemQuery } from '../dataset.ts'
import type { YamlFile, YamlPath } from './read-yaml-file.ts'

/** The datasets and system queries of one program, each with the file to complain about. */
export interface LoadedProgram {
  readonly datasets: readonly { readonly dataset: CatalogDataset; readonly yaml: YamlFile }[]
  readonly queries: readonly { readonly query: SystemQuery; readonly yaml: YamlFile; readonly index: number }[]
}

// System queries must run whatever profile a server has, so they are held to the stricter one.
const profile: Profile = 'partner-center'

/**
 * Whether datasets and queries of a program fit together, and whether the language can read every name and range.
 * The language itself is asked, so that this room keeps no second idea of what it takes.
 */
export function checkProgram(program: LoadedProgram): void {
  checkDatasetNames(program)
  for (const { dataset, yaml } of program.datasets) {
    checkNamesAreReadable(dataset, yaml)
    checkRangesAreReadable(dataset, yaml)
  }
  checkSystemQueries(program)
}

function checkDatasetNames({ datasets }: LoadedProgram): void {
  const taken = new Map<string, string>()
  const take = (name: string, path: readonly (string | number)[], yaml: YamlFile): void => {
    const owner = taken.get(name.toLowerCase())
    if (owner === undefined) taken.set(name.toLowerCase(), yaml.file.shownAs)
    else yaml.complain(path, `${name} is taken by ${owner}; names and older names match in any case`)
  }
  for (const { dataset, yaml } of datasets) take(dataset.name, ['name'], yaml)
  for (const { dataset, yaml } of datasets) {
    dataset.nameAliases.forEach((alias, index) => take(alias, ['nameAliases', index], yaml))
  }
}

function checkNamesAreReadable(dataset: CatalogDataset, yaml: YamlFile): void {
  const names: { readonly name: string; readonly path: YamlPath }[] = []
  dataset.columns.forEach(({ name, hidden }, index) => {
    if (hidden !== true) names.push({ name, path: ['columns', index, 'name'] })
  })
  dataset.metrics.forEach(({ name }, index) => names.push({ name, path: ['metrics', index, 'name'] }))
  for (const alias of Object.keys(dataset.columnAliases)) names.push({ name: alias, path: ['columnAliases', alias] })

  const refusalOf = (selected: string): Diagnostic | undefined =>
    diagnosticsOf(`SELECT ${selected} FROM ${dataset.name}`, [dataset])[0]
  // All at once, which they nearly always pass: one by one takes four times as long, felt at each start of a server.
  if (refusalOf(names.map(({ name }) => name).join(', ')) === undefined) return
  for (const { name, path } of names) {
    const refused = refusalOf(name)
    if (refused !== undefined) yaml.complain(path, `no query can name ${name} (${refused.message}): call it otherwise`)
  }
}

function checkRangesAreReadable(dataset: CatalogDataset, yaml: YamlFile): void {
  const column = dataset.columns.find(({ hidden }) => hidden !== true)
  if (column === undefined) {
    yaml.complain(['columns'], 'every column is hidden, so no query could select one: show one at least')
    return
  }
  dataset.dateRanges.forEach((range, index) => {
    const [refused] = diagnosticsOf(`SELECT ${column.name} FROM ${dataset.name} TIMESPAN ${range}`, [dataset])
    if (refused === undefined) return
    const known = 'TODAY, YESTERDAY, LAST_MONTH, LAST_<n>_DAYS, LAST_<n>_MONTHS, LAST_<n>_YEARS and LIFETIME'
    yaml.complain(['dateRanges', index], `${range} is no range; there are ${known}`)
  })
}

function checkSystemQueries({ datasets, queries }: LoadedProgram): void {
  const schema = datasets.map(({ dataset }) => dataset)
  const ids = new Set<string>()
  for (const { query, yaml, index } of queries) {
    if (ids.has(query.id)) yaml.complain(['queries', index, 'id'], `${query.id} is taken: each query needs its own id`)
    ids.add(query.id)
    if (Number.isNaN(query.createdAt)) {
      yaml.complain(['queries', index, 'createdAt'], 'there is no such day or hour')
    }
    for (const { message, position } of diagnosticsOf(query.text, schema)) {
      yaml.complain(['queries', index, 'text'], `at character ${position.offset + 1}: ${message}`)
    }
  }
}

function diagnosticsOf(text: string, datasets: readonly CatalogDataset[]): readonly Diagnostic[] {
  const result = checkQuery(text, { datasets, profile })
  return result.ok ? [] : result.diagnostics
}
