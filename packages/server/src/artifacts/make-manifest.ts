import type { CompiledQuery } from '@almanac/query'
import { toWireTime } from '../kernel/hours.ts'
import type { Manifest } from './artifact.ts'

/** What a manifest is made of. Each part is the noun itself, or anything that has these of its fields. */
export interface ManifestParts {
  readonly execution: { readonly id: string; readonly scheduledAt: number }
  readonly report: {
    readonly id: string
    readonly name: string
    readonly queryText: string
    readonly format: Manifest['format']
    readonly neutralizeFormulas: boolean
  }
  readonly compiled: Pick<CompiledQuery, 'dataset' | 'columns'>
  readonly dataVersion: { readonly id: string | null }
  readonly file: Pick<Manifest, 'rows' | 'sizeBytes' | 'sha256'>
  readonly generatedAt: number
}

/** Says what a file holds and how to check it. By `docs/reference/compatibility.md`, "Files and links". */
export function makeManifest({ execution, report, compiled, dataVersion, file, generatedAt }: ManifestParts): Manifest {
  return {
    executionId: execution.id,
    reportId: report.id,
    reportName: report.name,
    format: report.format,
    rows: file.rows,
    sizeBytes: file.sizeBytes,
    sha256: file.sha256,
    columns: compiled.columns.map(({ name, type }) => ({ name, type })),
    neutralizedFormulas: report.neutralizeFormulas,
    query: report.queryText,
    dataset: compiled.dataset,
    dataVersion: dataVersion.id,
    referenceTime: toWireTime(execution.scheduledAt),
    generatedTime: toWireTime(generatedAt),
  }
}
