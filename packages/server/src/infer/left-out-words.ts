import type { LeftOut } from './draft.ts'
import { sqlName, sqlText } from './sql-text.ts'

/** Lines that say which columns aren't declared and why, and the statement that writes files in which they can be. */
export function leftOutWords(leftOut: readonly LeftOut[], pattern: string): readonly string[] {
  const renamed = leftOut.filter(({ betterName }) => betterName !== null)
  return [
    'Left out, because a dataset calls its columns as the files do:',
    ...leftOut.map(({ name, reason, betterName }) => {
      const better = betterName === null ? '' : `; call it ${betterName} in the files`
      return `- '${name}': ${reason}${better}`
    }),
    ...(renamed.length === 0
      ? []
      : ['DuckDB writes a file with names that can be used:', ...renaming(renamed, pattern)]),
  ]
}

function renaming(columns: readonly LeftOut[], pattern: string): readonly string[] {
  const names = columns.map(({ name, betterName }) => `    ${sqlName(name)} AS ${betterName ?? ''}`)
  const renamed = `${pattern.replace(/(\/\*+)*(\/?\*?\.[^/]*)$/, '')}-renamed.parquet`
  return [
    '  COPY (SELECT * RENAME (',
    ...names.map((name, index) => `${name}${index < names.length - 1 ? ',' : ''}`),
    `  ) FROM ${sqlText(pattern)}) TO ${sqlText(renamed)} (FORMAT parquet)`,
  ]
}
