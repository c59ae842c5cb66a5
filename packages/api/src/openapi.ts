import type { TObject } from 'typebox'
import type { Content, Operation, RequestBody, ResponseContract } from './operation.ts'
import { operations } from './operations/all.ts'
import { protocolRefusals } from './responses.ts'
import type { ApiVersion } from './versions.ts'

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
type JsonObject = Readonly<Record<string, Json>>

/**
 * The OpenAPI 3.1 document of one version, as plain JSON: every operation with its parameters, bodies, examples and
 * answers. Pure; `openapi/*.json` are its prints.
 */
export function openApiDocument(version: ApiVersion): JsonObject {
  const components = new Map<string, Json>()
  const paths: Record<string, Record<string, Json>> = {}
  for (const operation of Object.values<Operation>(operations)) {
    if (!operation.versions.includes(version)) continue
    const path = operation.path.replace('{version}', version)
    const methods = (paths[path] ??= {})
    methods[operation.method.toLowerCase()] = operationObject(operation, version, components)
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Almanac',
      version,
      summary: "Programmatic access to a platform's analytics data.",
      description:
        'Datasets, report queries, scheduled reports, their executions, and files behind expiring links. Speaks the Partner Center insights API. Path names, parameter names and keys of a body match in any case.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: tagObjects,
    security: [{ bearer: [] }, { userTicket: [] }],
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        userTicket: {
          type: 'apiKey',
          in: 'header',
          name: 'X-AadUserTicket',
          description: 'The token alone, without `Bearer`.',
        },
      },
      schemas: Object.fromEntries([...components].sort(([a], [b]) => (a < b ? -1 : 1))),
    },
  }
}

const tagObjects: readonly JsonObject[] = [
  { name: 'Tokens', description: 'Who asks. Development and small installations issue their own tokens.' },
  { name: 'Datasets', description: 'What can be asked.' },
  { name: 'Queries', description: 'Saved query texts.' },
  { name: 'Reports', description: 'When a query runs.' },
  { name: 'Executions', description: 'The runs of a report.' },
  { name: 'Files', description: 'What a run has made.' },
  { name: 'Administration', description: 'For who runs the installation: role `Admin`.' },
]

function operationObject(operation: Operation, version: ApiVersion, components: Map<string, Json>): JsonObject {
  const parameters = [
    ...parameterObjects('path', operation.params, components),
    ...parameterObjects('query', operation.query, components),
    ...(operation.headers === undefined ? [] : parameterObjects('header', operation.headers, components)),
  ]
  const roles = operation.roles.length === 0 ? '' : `\n\nRoles: ${operation.roles.join(', ')}.`
  return {
    operationId: operation.id,
    tags: [operation.tag],
    summary: operation.summary,
    description: operation.description + roles,
    ...(operation.roles.length === 0 ? { security: [] } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(operation.body === null
      ? {}
      : {
          requestBody: {
            required: true,
            ...bodyObject(operation.body, version, components),
          },
        }),
    responses: Object.fromEntries(
      // Its own come last: where it says more of a status than HTTP itself, that stands.
      Object.entries({ ...protocolRefusals(operation.method), ...operation.responses }).map(([status, response]) => [
        status,
        responseObject(response, version, components),
      ]),
    ),
  }
}

function bodyObject(body: RequestBody, version: ApiVersion, components: Map<string, Json>): JsonObject {
  if ('mediaType' in body) return { content: { [body.mediaType]: contentObject(body, version, components) } }
  // In OpenAPI 3.1 a body of bytes has no schema.
  return { description: body.description, content: Object.fromEntries(body.mediaTypes.map((type) => [type, {}])) }
}

function parameterObjects(
  place: 'path' | 'query' | 'header',
  fields: TObject,
  components: Map<string, Json>,
): JsonObject[] {
  // `required` is optional in the type of an object without mandatory properties.
  const required: readonly string[] = fields.required ?? []
  return Object.entries(fields.properties).map(([name, schema]) => {
    const { description, ...rest } = toJson(schema, components) as Record<string, Json>
    return {
      name,
      in: place,
      required: place === 'path' || required.includes(name),
      ...(description === undefined ? {} : { description }),
      schema: rest,
    }
  })
}

function responseObject(response: ResponseContract, version: ApiVersion, components: Map<string, Json>): JsonObject {
  const headers = Object.entries(response.headers ?? {})
  const content = Object.entries(response.content)
  return {
    description: response.description,
    ...(headers.length === 0
      ? {}
      : {
          headers: Object.fromEntries(
            headers.map(([name, description]) => [name, { description, schema: { type: 'string' } }]),
          ),
        }),
    ...(content.length === 0
      ? {}
      : {
          content: Object.fromEntries(
            content.map(([mediaType, body]) => [mediaType, contentObject(body, version, components)]),
          ),
        }),
  }
}

function contentObject(content: Content, version: ApiVersion, components: Map<string, Json>): JsonObject {
  return {
    schema: toJson(content.schema[version], components),
    ...(content.example === undefined ? {} : { example: content.example[version] as Json }),
  }
}

/** A schema as plain JSON. A part with a title is printed once, among the components, and referred to. */
function toJson(schema: unknown, components: Map<string, Json>): Json {
  if (Array.isArray(schema)) return schema.map((part) => toJson(part, components))
  if (typeof schema !== 'object' || schema === null) return schema as Json
  const plain = Object.fromEntries(Object.entries(schema).map(([key, part]) => [key, toJson(part, components)]))
  if (typeof plain['title'] !== 'string') return plain
  const { title, ...body } = plain
  components.set(title, body)
  return { $ref: `#/components/schemas/${title}` }
}
