import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { root } from './testing/almanac-process.ts'
import { walkThrough } from './testing/document.ts'

// Some thirty commands, each a process of its own.
const timeLimitMs = 180_000

test(
  'the page about own data works as it stands, and its commands show what it says',
  { timeout: timeLimitMs },
  async () => {
    const walk = await walkThrough(await readFile(join(root, 'docs/how-to/bring-your-own-data.md'), 'utf8'))
    onTestFinished(() => walk.end())
    expect(walk.differences).toEqual([])
  },
)
