import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A folder with the given files (path → text), which is removed when the running test ends. */
export async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'almanac-datasets-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), text)
  }
  return folder
}

/** A dataset file that is right, as lines, so that a test can say what it changes and in which line. */
export const smallDatasetFile: readonly string[] = [
  'name: Sales',
  'title: Sales',
  'description: What was sold.',
  'source: { format: csv, pattern: sales/*.csv }',
  'minimumRecurrenceIntervalHours: 24',
  'accountColumn: AccountId',
  'dateColumn: SoldOn',
  'dateRanges: [LAST_6_MONTHS, LIFETIME]',
  'columns:',
  '  - { name: SaleId, type: string }',
  '  - { name: SoldOn, type: date }',
  "  - { name: IsGift, type: boolean, booleanForms: ['No', 'Yes'] }",
  '  - { name: AccountId, type: string, hidden: true }',
  '  - { name: Amount, type: decimal, hidden: true }',
  'metrics:',
  '  - { name: Total, aggregate: sum(Amount) }',
  'columnAliases:',
  '  Id: SaleId',
]

/** `smallDatasetFile` with line `number` (from 1) replaced. */
export function withLine(number: number, text: string): string {
  return smallDatasetFile.with(number - 1, text).join('\n')
}
