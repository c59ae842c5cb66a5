import { expect, test } from 'vitest'
import { hashSecret, nobodysHash, verifySecret } from './hash-secret.ts'

test('a secret verifies against its own hash, and no other does', async () => {
  const hash = await hashSecret('correct horse')
  expect(await verifySecret('correct horse', hash)).toBe(true)
  for (const wrong of ['', 'correct hors', 'correct horse ', 'Correct horse', hash]) {
    expect(await verifySecret(wrong, hash)).toBe(false)
  }
})

test('the same secret hashes differently each time, and the hash carries its parameters', async () => {
  const [one, other] = await Promise.all([hashSecret('same'), hashSecret('same')])
  expect(one).not.toBe(other)
  expect(one).toMatch(/^\$scrypt\$ln=14,r=8,p=1\$[\w-]{22}\$[\w-]{43}$/)
  expect(one).not.toContain('same')
})

test('a hash made with another cost still verifies', async () => {
  // scrypt('password', 'NaCl', 32, N=1024, r=8, p=16): the first half of RFC 7914's second vector.
  const salt = Buffer.from('NaCl').toString('base64url')
  const key = Buffer.from('fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162', 'hex')
  expect(await verifySecret('password', `$scrypt$ln=10,r=8,p=16$${salt}$${key.toString('base64url')}`)).toBe(true)
})

test('a hash that the store mangled is a bug, not a wrong secret', async () => {
  await expect(verifySecret('secret', 'plain text')).rejects.toThrow('Invariant broken')
})

test("nobody's hash has the form and cost of a real one and takes no secret", async () => {
  const real = await hashSecret('x')
  expect(nobodysHash.split('$').slice(0, 3)).toEqual(real.split('$').slice(0, 3))
  expect(nobodysHash).toHaveLength(real.length)
  expect(await verifySecret('', nobodysHash)).toBe(false)
})
