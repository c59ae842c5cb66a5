import { expect, test } from 'vitest'
import { Type } from 'typebox'
import { operations } from './operations/all.ts'
import { administrators, everyone, readers, writers, type Operation } from './operation.ts'

// What an operation has beside its roles.
const rest = {
  id: 'look',
  method: 'GET',
  path: '/look',
  versions: ['v1.1'],
  tag: 'Administration',
  summary: 'Look',
  description: 'Looks.',
  params: Type.Object({}),
  query: Type.Object({}),
  body: null,
  responses: {},
} as const

// Each of these is proven by the type check (`npm run types`), which fails where an expected error is none.

test('an operation that says nothing of roles does not compile', () => {
  // @ts-expect-error roles are mandatory
  const open: Operation = rest
  expect(open).not.toHaveProperty('roles')
})

test('an empty list of roles, a role that is none, and roles that may be undefined do not compile', () => {
  // @ts-expect-error nobody opens an operation by an empty list
  const empty: Operation = { ...rest, roles: [] }
  // @ts-expect-error there is no such role
  const unknown: Operation = { ...rest, roles: ['Root'] }
  // @ts-expect-error roles are not optional
  const maybe: Operation = { ...rest, roles: undefined }
  expect([empty, unknown, maybe]).toHaveLength(3)
})

test('an operation with roles, or for everyone by that name, compiles', () => {
  const some: readonly Operation[] = [readers, writers, administrators, everyone].map((roles) => ({ ...rest, roles }))
  expect(some.map(({ roles }) => roles.length)).toEqual([3, 2, 1, 0])
})

test('those without a token are the ones that prove themselves in another way, and no others', () => {
  const open = Object.values<Operation>(operations).filter(({ roles }) => roles.length === 0)
  expect(open.map(({ id }) => id)).toEqual([
    'issueToken',
    'issueTokenV2',
    'getOpenIdConfiguration',
    'getOpenIdConfigurationV2',
    'getKeySet',
    'getKeySetV2',
    'download',
  ])
  for (const { roles } of open) expect(roles).toBe(everyone)
})

test('everything below /admin is for administrators alone', () => {
  const below = Object.values<Operation>(operations).filter(({ path }) => path.startsWith('/admin/'))
  expect(below.length).toBeGreaterThan(20)
  for (const { roles } of below) expect(roles).toBe(administrators)
})
