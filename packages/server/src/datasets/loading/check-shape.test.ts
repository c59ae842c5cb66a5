import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { catalogSchemas } from '../catalog-schemas.ts'

test('the schemas that ship are valid JSON Schemas, which the loader takes for granted', async () => {
  const { dataset, systemQueries } = await catalogSchemas()
  for (const { text } of [dataset, systemQueries]) {
    const ajv = new Ajv2020({ allowUnionTypes: true })
    expect(ajv.validateSchema(JSON.parse(text) as object)).toBe(true)
    expect(ajv.errors ?? []).toEqual([])
  }
})
