import { expect, test } from 'vitest'
import { parseQuery } from './parse-query.ts'

test.each([
  ['', 'A query is written SELECT names FROM dataset'],
  ['SELEC a FROM b', 'Did you mean SELECT?'],
  ['SELECT a FORM b', 'Did you mean FROM?'],
  ['SELECT a FROM b WHER c = 1', 'Did you mean WHERE?'],
  ['SELECT a FROM b ORDER BY a DSC', 'Did you mean DESC?'],
  ['SELECT a b FROM c', 'A comma may be missing before b'],
  [`SELECT a FROM b WHERE c = 'x' d = 'y'`, 'AND may be missing before d'],
  [`SELECT a FROM b WHERE (c = 'x' d = 'y')`, 'AND may be missing before d'],
  ['SELECT a, FROM b', 'A comma too many stands before FROM'],
  ['SELECT Limit FROM b', 'LIMIT is a keyword, not a name'],
  ['SELECT a FROM (SELECT a FROM b)', 'A query reads one dataset'],
  ['SELECT *, a FROM b', '* stands alone: SELECT * FROM …'],
  ['SELECT a, * FROM b', '* stands alone: SELECT * FROM …'],
  ['SELECT count(*) FROM b', expect.stringContaining('no functions')],
  ['SELECT a FROM b WHERE c + 1 = 2', 'The language has no arithmetic'],
  ['SELECT b.a FROM b', 'Names stand alone, without that of the dataset'],
  [`SELECT a FROM b WHERE c = 'O'Brien'`, `An apostrophe within a text is written twice: 'O''Brien'`],
  ['SELECT a FROM b WHERE c = Paid', `Text needs quotes: 'Paid'`],
  [`SELECT a FROM b WHERE 'x' = c`, 'Names stand without quotes, and before the value'],
  ['SELECT a FROM b ORDER BY 1', 'Name the column; its position does not do'],
  ['SELECT a FROM b WHERE c IS 5', 'After IS stands NULL or NOT NULL; values are compared by ='],
  [`SELECT a FROM b LIMIT '5'`, 'Write the number without quotes'],
  ['SELECT a FROM b; SELECT c FROM d', 'A text holds one query'],
  ['SELECT a FROM b LIMIT 5 ORDER BY a', expect.stringContaining('in this order')],
  ['SELECT a FROM b WHERE c IN', undefined],
])('%s: %s', (text, hint) => {
  const result = parseQuery(text)
  expect(result.ok ? 'is right' : result.diagnostics.map((diagnostic) => diagnostic.hint)).toEqual([hint])
})
