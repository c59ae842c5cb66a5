import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { apiVersions, openApiDocument, operations, type ApiVersion, type Operation } from './index.ts'

interface Document {
  readonly openapi: string
  readonly paths: Record<string, Record<string, PrintedOperation>>
  readonly components: { readonly schemas: Record<string, unknown>; readonly securitySchemes: Record<string, unknown> }
}

interface PrintedOperation {
  readonly operationId: string
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required: boolean }[]
  readonly security?: readonly unknown[]
  readonly requestBody?: { readonly content: Record<string, { readonly example?: unknown }> }
  readonly responses: Record<
    string,
    { readonly description: string; readonly content?: Record<string, { readonly example?: unknown }> }
  >
}

const operationCount = Object.keys(operations).length

const documentOf = (version: ApiVersion) => JSON.parse(JSON.stringify(openApiDocument(version))) as Document

describe.each(apiVersions)('the OpenAPI document of %s', (version) => {
  const document = documentOf(version)
  const printed = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )

  test('is what is committed in openapi/; run `npm run openapi` after a change', () => {
    const committed = readFileSync(new URL(`../../../openapi/${version}.json`, import.meta.url), 'utf8')
    expect(committed).toBe(`${JSON.stringify(openApiDocument(version), null, 2)}\n`)
  })

  test('has every operation once', () => {
    expect(printed.map(({ operation }) => operation.operationId).sort()).toEqual(Object.keys(operations).sort())
  })

  test('names the parameters that its paths have', () => {
    const asked = printed.map(({ path, operation }) => {
      const named = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path' && parameter.required)
      return [path, named.map(({ name }) => `{${name}}`)]
    })
    expect(asked).toEqual(printed.map(({ path }) => [path, path.match(/\{\w+\}/g) ?? []]))
  })

  test('offers an Idempotency-Key on each POST but those for tokens, and says how it is refused', () => {
    const posts = printed.filter(({ method, path }) => method === 'post' && !path.includes('/oauth2/'))
    expect(posts).toHaveLength(8)
    for (const { operation } of posts) {
      const header = operation.parameters?.find(({ name }) => name === 'Idempotency-Key')
      expect(header).toMatchObject({ in: 'header', required: false })
      expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['409', '422']))
    }
    const others = printed.filter(({ method, path }) => method !== 'post' || path.includes('/oauth2/'))
    expect(others.flatMap(({ operation }) => operation.parameters ?? []).filter((one) => one.in === 'header')).toEqual(
      [],
    )
  })

  test.each(printed.filter(({ path }) => path.startsWith('/insights/')))(
    'has every response code that the documents list: $method $path',
    ({ operation }) => {
      const documented = ['200', '400', '401', '403', '404', '500']
      expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(documented))
    },
  )

  test('says of each operation how HTTP itself refuses, and of those that may have a body how bodies are', () => {
    for (const { method, operation } of printed) {
      const statuses = ['400', '404', '414', '429', '431', ...(method === 'get' ? [] : ['408', '413', '415'])]
      expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(statuses))
    }
  })

  test('refers only to components that it has, and has none that nothing refers to', () => {
    const referred = JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)
    expect(new Set([...referred].map(([, name]) => name))).toEqual(new Set(Object.keys(document.components.schemas)))
  })

  test('asks for a token exactly where the contract has roles', () => {
    const open = printed.filter(({ operation }) => operation.security?.length === 0)
    const withoutRoles = Object.values<Operation>(operations).filter(({ roles }) => roles.length === 0)
    expect(open.map(({ operation }) => operation.operationId)).toEqual(withoutRoles.map(({ id }) => id))
  })

  test('describes every answer, and has an example for every JSON answer and every body', () => {
    const answers = printed.flatMap(({ operation }) => Object.values(operation.responses))
    expect(answers.filter(({ description }) => description === '')).toEqual([])
    const bodies = [...answers, ...printed.map(({ operation }) => operation.requestBody)].flatMap((part) =>
      Object.entries(part?.content ?? {}).filter(([mediaType]) => !mediaType.startsWith('text/')),
    )
    expect(bodies.length).toBeGreaterThan(operationCount)
    // A file has no schema to give an example of.
    const withFields = bodies.filter(([, content]) => 'schema' in content)
    expect(withFields.filter(([, { example }]) => example === undefined)).toEqual([])
  })

  test('shows no secret', () => {
    expect(JSON.stringify(document)).not.toMatch(/eyJ[\w-]{10}|secret-|\bal[mr]_\w|password":"/i)
  })
})

test('the documents of the versions differ where the versions do', () => {
  const fields = (version: ApiVersion) =>
    Object.keys((documentOf(version).components.schemas['Report'] as { properties: object }).properties)
  expect(fields('v1')).toHaveLength(14)
  expect(fields('v1.1')).toEqual(expect.arrayContaining([...fields('v1'), 'totalRecurrenceCount', 'endTime']))
})

test('the examples have the mandatory fields of their schemas', () => {
  const lacking = Object.values<Operation>(operations).flatMap((operation) =>
    apiVersions.flatMap((version) =>
      Object.entries(operation.responses).flatMap(([status, { content }]) => {
        const json = content['application/json']
        const { required = [] } = (json?.schema[version] ?? {}) as { readonly required?: readonly string[] }
        const example = json?.example?.[version] ?? {}
        return required.filter((field) => !Object.hasOwn(example, field)).map((field) => [operation.id, status, field])
      }),
    ),
  )
  expect(lacking).toEqual([])
})
