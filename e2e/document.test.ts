import { expect, onTestFinished, test } from 'vitest'
import { blocksOf, walkThrough, type Walkthrough } from './testing/document.ts'

// The pages are tested by walking through them; that walk has to notice when a page is wrong.

const block = (mark: string, ...lines: readonly string[]): string => ['```sh ' + mark, ...lines, '```', ''].join('\n')

async function walk(...blocks: readonly string[]): Promise<Walkthrough> {
  const done = await walkThrough(blocks.join('\nWords in between.\n\n'))
  onTestFinished(() => done.end())
  return done
}

test('a page has its fenced blocks, with language and mark', () => {
  expect(blocksOf('# A\n\n```csv file=a/b.csv\nx\n```\n\n```ts\ny\n```\n')).toEqual([
    { language: 'csv', mark: 'file=a/b.csv', text: 'x\n' },
    { language: 'ts', mark: '', text: 'y\n' },
  ])
})

test('files, commands and the environment go on from block to block', async () => {
  const { environment, differences } = await walk(
    block('file=deep/in/a.txt', 'one  two', 'three'),
    block('run', 'export NAME="$(cat deep/in/a.txt)"'),
    block('run', 'printf "%s\\n" "$NAME"'),
    block('shows', 'one two', 'th…'),
  )
  expect(environment['NAME']).toBe('one  two\nthree')
  expect(differences).toEqual([])
})

test.each([
  ['a line that did not come', ['absent']],
  ['lines in another order', ['two', 'one']],
  ['a part of a line', ['on']],
])('%s is a difference', async (_case, shown) => {
  const { differences } = await walk(block('run', 'printf "one\\ntwo\\n"'), block('shows', ...shown))
  expect(differences).toHaveLength(1)
})

test('a command that fails ends the walk, and so does one that was to fail and did not', async () => {
  await expect(walk(block('run', 'echo first', 'false', 'echo never'))).rejects.toThrow('first')
  await expect(walk(block('run=fails', 'true'))).rejects.toThrow('true')
  expect((await walk(block('run=fails', 'false'))).differences).toEqual([])
})

test('a server that does not start ends the walk with its log', async () => {
  await expect(walk(block('run=serve', 'npx almanac serve --config nowhere.yaml'))).rejects.toThrow(/nowhere\.yaml/)
})
