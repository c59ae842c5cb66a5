import { expect, test } from 'vitest'
import { isAppError } from '../kernel/app-error.ts'
import { hashSecret, nobodysHash } from './hash-secret.ts'
import { createSecretChecker } from './secret-checker.ts'

test('an unknown client is refused, even with a secret that would match the stand-in', async () => {
  const checker = createSecretChecker()
  expect(await checker.check('anything', null)).toBe(false)
  expect(await checker.check('anything', nobodysHash)).toBe(false)
})

test('a flood is refused beyond the line, and everyone in the line still gets an answer', async () => {
  const checker = createSecretChecker()
  // The cheapest hash there is: this test is about the line.
  const hash = `$scrypt$ln=1,r=1,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`
  const answers = await Promise.allSettled(Array.from({ length: 150 }, () => checker.check('wrong', hash)))
  const refused = answers.filter((answer) => answer.status === 'rejected')
  expect(refused).toHaveLength(48)
  expect(refused.every((answer) => isAppError(answer.reason, 'too_busy'))).toBe(true)
  expect(answers.filter((answer) => answer.status === 'fulfilled' && !answer.value)).toHaveLength(102)
  // The line is empty again, nobody's turn was lost.
  const good = await hashSecret('right')
  expect(await Promise.all([1, 2, 3].map(() => checker.check('right', good)))).toEqual([true, true, true])
})

test('a check that breaks gives its turn back', async () => {
  const checker = createSecretChecker()
  for (let count = 0; count < 5; count += 1) await expect(checker.check('x', 'mangled')).rejects.toThrow('Invariant')
  expect(await checker.check('x', null)).toBe(false)
})
