import type { Dataset } from '../dataset.ts'
import type { NameNode } from '../syntax/tree.ts'
import type { Findings } from './findings.ts'

/** The dataset of FROM, by its name or an older one, in any case. One that there isn't is reported. */
export function checkDatasetName(
  from: NameNode,
  datasets: readonly Dataset[],
  findings: Findings,
): Dataset | undefined {
  const dataset = findDataset(from.name, datasets)
  if (dataset === undefined) {
    findings.add(from.span, 'unknown_dataset', { name: from.name, known: datasets.map(({ name }) => name) })
  }
  return dataset
}

/** The dataset of a name or of an older one, in any case. */
export function findDataset(name: string, datasets: readonly Dataset[]): Dataset | undefined {
  const isCalled = (known: string): boolean => known.toLowerCase() === name.toLowerCase()
  return datasets.find(({ name }) => isCalled(name)) ?? datasets.find(({ nameAliases }) => nameAliases.some(isCalled))
}
