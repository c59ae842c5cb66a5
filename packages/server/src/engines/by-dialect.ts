import type { CompiledTogether, DialectName, Relation } from '@almanac/query'
import type { QueryEngine } from '../datasets/query-engine.ts'

/** An engine that leaves each query to the one whose SQL it is. */
export function byDialect(engines: Readonly<Record<DialectName, QueryEngine>>): QueryEngine {
  const ofTogether = ({ result }: CompiledTogether): QueryEngine => engines[result.dialect]
  return {
    preview: (query, options) => engines[query.dialect].preview(query, options),
    export: (query, target, options) => engines[query.dialect].export(query, target, options),
    exportTogether: (query, targets, options) => ofTogether(query).exportTogether(query, targets, options),
    profile: (request, options) => engines[dialectThatReads[request.relation.kind]].profile(request, options),
    async close() {
      await Promise.all(Object.values(engines).map((engine) => engine.close()))
    },
  }
}

const dialectThatReads: Record<Relation['kind'], DialectName> = { files: 'duckdb', duckdb: 'duckdb', trino: 'trino' }
