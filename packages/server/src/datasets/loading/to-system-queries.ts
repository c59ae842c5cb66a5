import type { LoadedProgram } from './check-program.ts'
import type { DeclaredSystemQueries } from './declared.ts'
import type { YamlFile } from './read-yaml-file.ts'

/** The queries of one file, each with its place in it. A time that doesn't exist becomes NaN, which the check refuses. */
export function toSystemQueries(
  yaml: YamlFile & { readonly data: DeclaredSystemQueries },
): readonly LoadedProgram['queries'][number][] {
  const { program } = yaml.file
  return yaml.data.queries.map(({ id, name, description = '', text, createdAt }, index) => ({
    yaml,
    index,
    query: { id, program, name, description, text, createdAt: Date.parse(createdAt) },
  }))
}
