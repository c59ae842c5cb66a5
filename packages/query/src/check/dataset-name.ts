import type { Dataset } from '../dataset.ts'
import type { NameNode } from '../syntax/tree.ts'
import type { Findings } from './findings.ts'

/** The dataset of FROM, by its name or an older one, in any case. */
export function checkDatasetName(
  from: NameNode,
  datasets: readonly Dataset[],
  findings: Findings,
): Dataset | undefined {
  const isCalled = (name: string): boolean => name.toLowerCase() === from.name.toLowerCase()
  const dataset =
    datasets.find(({ name }) => isCalled(name)) ?? datasets.find(({ nameAliases }) => nameAliases.some(isCalled))
  if (dataset === undefined) {
    findings.add(from.span, 'unknown_dataset', { name: from.name, known: datasets.map(({ name }) => name) })
  }
  return dataset
}
