import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { artifactFileName } from './artifact-file-name.ts'

describe('the name of a file', () => {
  test.each([
    ['ISV Usage (daily)', 'ISV Usage (daily).csv'],
    ['Umsätze 東京', 'Umsätze 東京.csv'],
    ['../../etc/passwd', '_.._etc_passwd.csv'],
    ['a\r\nSet-Cookie: x=1', 'a_Set-Cookie_ x=1.csv'],
    ['C:\\temp\\*?"<>|', 'C_temp_.csv'],
    ['  .hidden. ', 'hidden.csv'],
    ['invoice\u{202E}fdp.exe', 'invoice_fdp.exe.csv'],
    ['\u{D800}half', '_half.csv'],
    ['CON', '_CON.csv'],
    ['nul.txt', '_nul.txt.csv'],
    ['console', 'console.csv'],
    ['...', 'report.csv'],
    ['', 'report.csv'],
    ['Cafe\u{301}', 'Caf\u{E9}.csv'],
  ])('of %j is %j', (reportName, fileName) => {
    expect(artifactFileName(reportName, 'csv')).toBe(fileName)
  })

  test('has the ending of its format', () => {
    expect(artifactFileName('orders', 'tsv')).toBe('orders.tsv')
  })

  test('is cut between characters', () => {
    const family = '👨‍👩‍👧‍👦'
    const name = artifactFileName('🗼'.repeat(100), 'csv')
    expect(name).toBe(`${'🗼'.repeat(50)}.csv`)
    // Joined emoji hold a format character, which is cut out like every other.
    expect(artifactFileName(family, 'csv').isWellFormed()).toBe(true)
  })

  test('is safe whatever a report is called', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (reportName) => {
        const name = artifactFileName(reportName, 'csv')
        expect(name).toMatch(/^[^\s.<>:"/\\|?*\p{Cc}\p{Cs}][^<>:"/\\|?*\p{Cc}\p{Cs}]*\.csv$/u)
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(205)
        expect(name).not.toMatch(/[\s.]\.csv$/)
        expect(artifactFileName(reportName, 'csv')).toBe(name)
      }),
    )
  })
})
