import type { Migration } from '../migration.ts'

/**
 * What in a step may keep code of before it from working, a sentence each, read from its statements roughly: better too
 * strict than too lax. `earlier` are the steps before it.
 */
export function whatHarmsOlder(step: Migration, earlier: readonly Migration[]): readonly string[] {
  const statements = step.statements.map(plain)
  const made = new Set(statements.flatMap((statement) => named(/^create table (\w+)/, statement)))
  const added = new Set(statements.flatMap((statement) => named(/ add column (\w+)/, statement)))
  const unique = new Set(
    earlier.flatMap((before) => before.statements.flatMap((each) => named(/^create unique index (\w+)/, plain(each)))),
  )
  const isOwn = (table: string | undefined): boolean => table !== undefined && made.has(table)

  return statements.flatMap((statement) => {
    const found: string[] = []
    const add = (what: string): void => void found.push(`${what}: ${statement.slice(0, 80)}`)
    const [index] = named(/^drop index (\w+)/, statement)
    if (/ rename /.test(statement)) add('renames what older versions ask for')
    if (/\bdrop (table|view|column|constraint|trigger)\b/.test(statement)) add('takes away what older versions use')
    if (index !== undefined && unique.has(index)) add('takes away a unique index, which statements rely on')
    // Rows are written back whole: a column that can't be written would refuse them.
    if (/ alter column | add constraint |^create trigger | generated /.test(statement))
      add('changes what older versions may write')
    if (/ add column .*\bnot null\b/.test(statement) && !/ default /.test(statement))
      add('needs a value that older versions do not write')
    if (statement.startsWith('create unique index ') && !isOwn(named(/ on (\w+)/, statement)[0]))
      add('refuses what older versions may write')
    if (/ references /.test(statement) && !everyReferenceGivesWay(statement))
      add('refers to rows that older versions delete')
    const [emptied] = named(/^(?:delete from|truncate(?: table)?) (\w+)/, statement)
    if (emptied !== undefined && !isOwn(emptied)) add('removes rows that older versions look for')
    const [, table, column] = /^update (\w+) set (\w+)/.exec(statement) ?? []
    if (table !== undefined && !isOwn(table) && !added.has(column ?? ''))
      add('gives another meaning to what older versions read')
    return found
  })
}

/** In small letters, on one line, without the texts that it holds. */
function plain(statement: string): string {
  return statement
    .replaceAll(/'[^']*'/g, "''")
    .replaceAll(/\s+/g, ' ')
    .trim()
    .toLowerCase()
}

function named(pattern: RegExp, statement: string): readonly string[] {
  const name = pattern.exec(statement)?.[1]
  return name === undefined ? [] : [name]
}

function everyReferenceGivesWay(statement: string): boolean {
  const references = statement.split(' references ').slice(1)
  return references.every((reference) => /^\w+ ?(\([^)]*\))? on delete (cascade|set null)/.test(reference))
}
