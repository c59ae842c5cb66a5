// Prints the OpenAPI document of each version to openapi/. `npm run openapi`; a test compares the files.

import { mkdir, writeFile } from 'node:fs/promises'
import { apiVersions, openApiDocument } from '@almanac/api'

const folder = new URL('../openapi/', import.meta.url)

await mkdir(folder, { recursive: true })
for (const version of apiVersions) {
  await writeFile(new URL(`${version}.json`, folder), `${JSON.stringify(openApiDocument(version), null, 2)}\n`)
}
