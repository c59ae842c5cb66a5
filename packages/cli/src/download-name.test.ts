import { expect, test } from 'vitest'
import type { Execution, Manifest } from '@almanac/client'
import { downloadName } from './download-name.ts'

const nameOf = (reportName: string) =>
  downloadName({ executionId: 'e1', format: 'csv' } as Execution, { reportName } as Manifest)

test.each([
  ['Paid usage', 'Paid usage.csv'],
  ['../../etc/passwd', 'etc-passwd.csv'],
  ['..', 'report.csv'],
  ['--out', 'out.csv'],
  ['.profile', 'profile.csv'],
  [String.raw`C:\temp\x`, 'C--temp-x.csv'],
  ['a\u0000b\nc', 'a-b-c.csv'],
  ['', 'report.csv'],
  ['Größe 数量', 'Größe 数量.csv'],
])('%j is saved as %j', (reportName, fileName) => {
  expect(nameOf(reportName)).toBe(fileName)
})

test('a long name is cut, and without a manifest the id stands in', () => {
  expect(nameOf('x'.repeat(300))).toBe(`${'x'.repeat(100)}.csv`)
  expect(downloadName({ executionId: 'e1', format: 'tsv' } as Execution, null)).toBe('e1.tsv')
})
