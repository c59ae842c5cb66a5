import { expect, test } from 'vitest'
import { attachment } from './content-disposition.ts'

test.each([
  ['orders.csv', 'attachment; filename="orders.csv"'],
  ['Active orders.csv', 'attachment; filename="Active orders.csv"'],
  ['a"b\\c.csv', `attachment; filename="a_b_c.csv"; filename*=UTF-8''a%22b%5Cc.csv`],
  ['Größe.csv', `attachment; filename="Gr__e.csv"; filename*=UTF-8''Gr%C3%B6%C3%9Fe.csv`],
  ["報告's (1).tsv", `attachment; filename="__'s (1).tsv"; filename*=UTF-8''%E5%A0%B1%E5%91%8A%27s%20%281%29.tsv`],
  [
    'a\r\nSet-Cookie: x.csv',
    `attachment; filename="a__Set-Cookie: x.csv"; filename*=UTF-8''a%0D%0ASet-Cookie%3A%20x.csv`,
  ],
  ['\uD800.csv', `attachment; filename="_.csv"; filename*=UTF-8''%EF%BF%BD.csv`],
])('%j', (name, header) => {
  expect(attachment(name)).toBe(header)
})
