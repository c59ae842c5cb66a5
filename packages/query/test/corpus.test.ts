import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { checkQuery, compileQuery, parseQuery, printQuery } from '../src/index.ts'
import type { CompiledQuery, Diagnostic, Profile } from '../src/index.ts'
import { cmpDatasets, mpnDatasets } from '../src/testing/documented-datasets.ts'

/**
 * Each `corpus/<group>/<name>.query` has a golden file beside it, which shows all that is made of it: the canonical
 * text, the SQL and its parameters, or the diagnostics. Add a query file and run `vitest -u` to add its golden one.
 */
const corpus = join(import.meta.dirname, '../corpus')
const datasets = [...cmpDatasets, ...mpnDatasets]
// 31 May: months of other lengths lie before it.
const run = {
  relation: { kind: 'files', format: 'parquet', paths: ['/data/rows.parquet'] },
  accountId: 'account-1',
  referenceAt: Date.parse('2024-05-31T10:30:00Z'),
} as const

const files = globSync('*/*.query', { cwd: corpus }).toSorted()

test('the corpus has its files', () => {
  expect(files.length).toBeGreaterThan(100)
})

describe.each(files)('%s', (file) => {
  const text = readFileSync(join(corpus, file), 'utf8').replace(/\n$/, '')
  const profile: Profile = file.startsWith('partner-center/') ? 'partner-center' : 'open'

  test('is read and compiled as its golden file shows', async () => {
    const golden = join(corpus, file.replace(/\.query$/, '.golden'))
    await expect(describeQuery(text, profile)).toMatchFileSnapshot(golden)
  })

  test('is accepted or refused as its folder says', () => {
    const { ok } = checkQuery(text, { datasets, profile })
    expect(ok).toBe(!refused.has(file) && !/^(errors|partner-center)\//.test(file))
  })
})

/** Documented queries that are malformed: a quote or a comma missing, `xxx` for a number. */
const refused = new Set(['cmp/or03.query', 'cmp/re03.query', 'mpn/m11.query'])

test('every documented query passes in the profile without extensions too', () => {
  const documented = files.filter((file) => /^(cmp|mpn)\//.test(file) && !refused.has(file))
  const failed = documented.filter((file) => {
    const result = checkQuery(readFileSync(join(corpus, file), 'utf8'), { datasets, profile: 'partner-center' })
    return !result.ok || result.query.extensions.length > 0
  })
  expect(failed).toEqual([])
})

function describeQuery(text: string, profile: Profile): string {
  const parsed = parseQuery(text)
  const canonical = parsed.ok ? section('canonical', printQuery(parsed.tree)) : ''
  const result = checkQuery(text, { datasets, profile })
  if (!result.ok) return canonical + result.diagnostics.map(describeDiagnostic).join('')
  const { extensions } = result.query
  return [
    canonical,
    extensions.length === 0 ? '' : section('extensions', extensions.join(', ')),
    describeCompiled(compileQuery(result.query, run)),
  ].join('')
}

function describeCompiled({ sql, parameters, columns, window }: CompiledQuery): string {
  const bounds = [window?.startAt, window?.endAt].map((at) => (at === undefined ? '…' : new Date(at).toISOString()))
  return [
    section('sql', sql),
    section('parameters', parameters.map(({ type, value }, index) => `$${index + 1} ${type} ${value}`).join('\n')),
    section('columns', columns.map(({ name, type }) => `${name} ${type}`).join('\n')),
    section(
      'window',
      window === null ? 'all' : `${bounds.join(' to ')} ${window.endInclusive ? 'inclusive' : 'exclusive'}`,
    ),
  ].join('')
}

function describeDiagnostic({ code, message, position, excerpt, hint, nearestName }: Diagnostic): string {
  const { line, column, length } = position
  const lines = [
    message,
    excerpt,
    ...(hint === undefined ? [] : [hint]),
    ...(nearestName === undefined ? [] : [`nearest: ${nearestName}`]),
  ]
  return section(`${code} at ${line}:${column}, ${length} long`, lines.join('\n'))
}

function section(title: string, body: string): string {
  return `--- ${title}\n${body}\n`
}
