import { expect, test } from 'vitest'
import { createRecordedOutput } from '../test/recorded-context.ts'
import { createProgressBar } from './progress-bar.ts'

function createBar(isTerminal: boolean) {
  const output = createRecordedOutput({ isTerminal })
  let now = 0
  const bar = createProgressBar(output, 'data', () => now)
  return {
    output,
    bar,
    at: (ms: number, done: number, total: number | null, text: string) => {
      now = ms
      bar.update(done, total, text)
    },
  }
}

test('on a terminal it draws over itself, at most ten times a second', () => {
  const { output, bar, at } = createBar(true)
  at(0, 0, 4, 'none')
  at(50, 1, 4, 'not drawn')
  at(100, 2, 4, 'half')
  at(300, 9, 4, 'more than all')
  bar.finish('done')
  expect(output.statusLines).toEqual([
    'data [........................]   0 % none',
    'data [############............]  50 % half',
    'data [########################] 100 % more than all',
    '',
  ])
  expect(output.notes).toEqual(['data done'])
})

test('elsewhere it is a line every five seconds', () => {
  const { output, bar, at } = createBar(false)
  for (let ms = 0; ms <= 12_000; ms += 100) at(ms, ms, 20_000, `${ms} ms`)
  bar.finish('done')
  expect(output.notes).toEqual(['data 25 % 5000 ms', 'data 50 % 10000 ms', 'data done'])
  expect(output.statusLines).toEqual([])
})

test('what is done soon leaves one line in a log', () => {
  const { output, bar, at } = createBar(false)
  at(10, 1, 2, 'a')
  at(20, 2, 2, 'b')
  bar.finish('done')
  expect(output.notes).toEqual(['data done'])
})

test('when nobody knows how much there is, it tells what it has', () => {
  const { output, at } = createBar(true)
  at(0, 5, null, '5 kB')
  at(200, 0, 0, 'nothing')
  expect(output.statusLines).toEqual(['data … 5 kB', 'data … nothing'])
})
