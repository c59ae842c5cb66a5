import { nearestName } from '@almanac/query'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js'
import { catalogSchemas } from '../catalog-schemas.ts'
import type { CatalogSchema } from '../catalog-schemas.ts'
import type { DatasetFile, DeclaredDataset, DeclaredSystemQueries } from './declared.ts'
import type { YamlFile, YamlPath } from './read-yaml-file.ts'

/** Says whether a file has the shape that the published JSON Schema describes; complains about each part that hasn't. */
export interface ShapeChecks {
  isDataset(yaml: YamlFile): yaml is DatasetFile
  isSystemQueries(yaml: YamlFile): yaml is YamlFile & { readonly data: DeclaredSystemQueries }
}

/** Reads the shipped schemas, which also hold for a catalog that is kept elsewhere. */
export async function readShapeChecks(): Promise<ShapeChecks> {
  const schemas = await catalogSchemas()
  // The schemas are ours and right (their test asks the meta schema), so that no start needs the 40 ms of checking them.
  const trusted = { meta: false, validateSchema: false }
  const ajv = new Ajv2020({ allErrors: true, verbose: true, allowUnionTypes: true, ...trusted })
  const dataset = ajv.compile<DeclaredDataset>(schemaOf(schemas.dataset))
  const systemQueries = ajv.compile<DeclaredSystemQueries>(schemaOf(schemas.systemQueries))
  return {
    isDataset: (yaml): yaml is DatasetFile => passes(dataset, yaml),
    isSystemQueries: (yaml): yaml is YamlFile & { readonly data: DeclaredSystemQueries } => passes(systemQueries, yaml),
  }
}

function schemaOf({ text }: CatalogSchema): object {
  return JSON.parse(text) as object
}

function passes(validate: ValidateFunction, yaml: YamlFile): boolean {
  if (validate(yaml.data)) return true
  for (const error of validate.errors ?? []) {
    const complaint = wordsFor[error.keyword] ?? wordsForOthers
    const message = complaint(error)
    if (message !== null) yaml.complain(pathOf(error), message)
  }
  return false
}

type Words = (error: ErrorObject) => string | null

const wordsFor: Readonly<Record<string, Words>> = {
  required: ({ params }) => `\`${String(params['missingProperty'])}\` is missing here`,
  additionalProperties: ({ params, parentSchema }) => {
    const written = String(params['additionalProperty'])
    const keys = keysOf(parentSchema)
    const nearest = nearestName(written, keys)
    const meant = nearest === undefined ? `the keys are ${keys.join(', ')}` : `did you mean ${nearest}?`
    return `\`${written}\` is no key here; ${meant}`
  },
  type: ({ params, data }) => {
    const expected = String(params['type']).replace(',', ' or ')
    const quotes = expected.includes('string') && (typeof data === 'number' || typeof data === 'boolean')
    return `expected ${expected}, found ${shown(data)}${quotes ? `: put it in quotes` : ''}`
  },
  enum: ({ params, data }) => `${shown(data)} isn't one of ${listed(params['allowedValues'])}`,
  pattern: (error) => `${shown(error.propertyName ?? error.data)} can't be used here${because(error)}`,
  minItems: ({ params }) => `the list needs at least ${String(params['limit'])}`,
  maxItems: ({ params }) => `the list has room for ${String(params['limit'])}`,
  // Its reason is an error of its own.
  propertyNames: () => null,
}

const wordsForOthers: Words = ({ message, data }) => `${shown(data)} ${message ?? 'is wrong here'}`

function pathOf({ instancePath, keyword, params, propertyName }: ErrorObject): YamlPath {
  const steps = instancePath
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
  const culprit: unknown = keyword === 'additionalProperties' ? params['additionalProperty'] : propertyName
  return typeof culprit === 'string' ? [...steps, culprit] : steps
}

function keysOf(schema: ErrorObject['parentSchema']): readonly string[] {
  return Object.keys((schema?.['properties'] ?? {}) as object)
}

function because({ parentSchema }: ErrorObject): string {
  const description: unknown = parentSchema?.['description']
  return typeof description === 'string' ? `. ${description}` : `: it must match ${String(parentSchema?.['pattern'])}`
}

function listed(values: unknown): string {
  return Array.isArray(values) ? values.map(String).join(', ') : String(values)
}

function shown(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : (JSON.stringify(value) ?? 'nothing')
}
