import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { root } from './testing/almanac-process.ts'
import { walkThrough } from './testing/document.ts'

// Each page is walked through from top to bottom, by real commands and a real server.

test.each(['manage-access', 'move-the-clock', 'receive-callbacks'])(
  'the page %s works as it stands, and its commands show what it says',
  { timeout: 180_000 },
  async (name) => {
    const walk = await walkThrough(await readFile(join(root, `docs/how-to/${name}.md`), 'utf8'))
    onTestFinished(() => walk.end())
    expect(walk.differences).toEqual([])
  },
)
