import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs'
import { open, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { followFile } from './follow-file.ts'

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'almanac-follow-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex')

describe('a followed file', () => {
  test('is taken in while it grows, from before it exists', async () => {
    const path = join(folder, 'growing')
    const following = followFile(path)
    const pieces = Array.from({ length: 40 }, (_, piece) => Buffer.alloc(1_000_003, `piece ${piece}, `))
    const writer = await open(path, 'wx')
    let written = 0
    for (const piece of pieces) {
      await writer.write(piece)
      written += piece.length
      await vi.waitFor(() => expect(following.sizeBytes).toBe(written), { interval: 5 })
    }
    await writer.close()
    expect(await following.finish()).toEqual({ sizeBytes: written, sha256: sha256(Buffer.concat(pieces)) })
  })

  test('is taken in at the end, if it was quicker than we', async () => {
    const path = join(folder, 'quick')
    const content = Buffer.alloc(20_000_000, 'quick')
    await writeFile(path, content)
    expect(await followFile(path).finish()).toEqual({ sizeBytes: content.length, sha256: sha256(content) })
  })

  test('may be empty', async () => {
    const path = join(folder, 'empty')
    await writeFile(path, '')
    expect(await followFile(path).finish()).toEqual({ sizeBytes: 0, sha256: sha256(Buffer.alloc(0)) })
  })

  test("that never comes, or can't be read, is an error in the end and not before", async () => {
    await expect(followFile(join(folder, 'never')).finish()).rejects.toThrow('There is no file')
    const following = followFile(folder)
    await expect(following.finish()).rejects.toThrow('EISDIR')
  })

  test('is let go of, finished or abandoned', async () => {
    const path = join(folder, 'let-go')
    await writeFile(path, 'x')
    const abandoned = followFile(path)
    await vi.waitFor(() => expect(abandoned.sizeBytes).toBe(1))
    await abandoned.abandon()
    await abandoned.abandon()
    await followFile(path).finish()
    const opened = readdirSync('/proc/self/fd').map((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`)
      } catch {
        return ''
      }
    })
    expect(opened).not.toContain(path)
  })
})
