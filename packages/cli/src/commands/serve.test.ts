import { expect, test } from 'vitest'
import { runAlmanac } from '../../test/recorded-context.ts'

test.each([
  ['a setting that does not exist', 'limits.previewRow=5', 'There is no setting limits.previewRow.'],
  ['a setting without a value', 'limits.previewRows', '--set takes a name and a value'],
])('%s is refused before a server starts', async (_case, words, sentence) => {
  await expect(runAlmanac('serve', '--set', words)).rejects.toThrow(sentence)
})
