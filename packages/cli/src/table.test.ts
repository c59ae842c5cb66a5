import { expect, test } from 'vitest'
import { formatTable } from './table.ts'

test('columns are as wide as their widest cell, numbers stand right', () => {
  expect(
    formatTable(
      ['offer', 'rows', 'note'],
      [
        ['Contoso Backup', 7, null],
        ['A', 1_200, 'x'],
      ],
    ),
  ).toBe(
    [
      'offer           rows  note', //
      '--------------  ----  ----',
      'Contoso Backup     7',
      'A               1200  x',
    ].join('\n'),
  )
})

test('a column with a text among its numbers stands left', () => {
  expect(formatTable(['n'], [[100], ['none']])).toBe('n\n----\n100\nnone')
})

test('without rows there are the headers', () => {
  expect(formatTable(['a', 'bc'], [])).toBe('a  bc\n-  --')
})

test('long cells are cut, and characters are counted as a reader does', () => {
  const [, , cut, accents] = formatTable(
    ['a', 'b'],
    [
      ['x'.repeat(100), 'end'],
      ['é👩‍👩‍👧'.normalize('NFD'), 'end'],
    ],
  ).split('\n')
  expect(cut).toBe(`${'x'.repeat(47)}…  end`)
  expect(accents?.endsWith(' end')).toBe(true)
})

test('what is in the data cannot move the cursor', () => {
  expect(formatTable(['a'], [['\u001B[2Jgone\r\n\u0007\u202Eevil']])).toBe(
    `a\n${'-'.repeat(16)}\n·[2Jgone···\u00B7evil`,
  )
})
