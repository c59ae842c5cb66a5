import { readFileSync } from 'node:fs'
import { apiVersions, openApiDocument, type ApiVersion } from '@almanac/api'
import type { FastifyInstance } from 'fastify'

// Swagger UI's own files, served from here: the page works without a network.
const assets = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
} as const

/**
 * Swagger UI of each version where the documents have it (`/insights/{v}/{program}/swagger/index.html`), the document
 * that it shows beside it, and the same document at `/openapi/{v}.json`. All public.
 */
export function registerSwaggerPages(app: FastifyInstance, publicUrl: () => string): void {
  for (const version of apiVersions) {
    const base = `/insights/${version}/:program/swagger`
    const document = openApiDocument(version)
    app.get(base, (request, reply) => reply.redirect(`${request.url.split('?', 1)[0] ?? ''}/index.html`))
    page(app, `${base}/index.html`, 'text/html; charset=utf-8', indexHtml)
    page(app, `${base}/start.js`, 'text/javascript; charset=utf-8', startScript(version))
    for (const [name, type] of Object.entries(assets)) page(app, `${base}/${name}`, type, readAsset(name))
    for (const url of [`${base}/${version}/swagger.json`, `/openapi/${version}.json`]) {
      app.route({
        method: ['GET', 'HEAD'],
        url,
        handler: () => Promise.resolve({ ...document, servers: [{ url: publicUrl() }] }),
      })
    }
  }
}

function page(app: FastifyInstance, url: string, type: string, body: string | Buffer): void {
  app.route({
    method: ['GET', 'HEAD'],
    url,
    handler: (_request, reply) =>
      reply
        .type(type)
        .header('cache-control', 'public, max-age=3600')
        .header('content-security-policy', policy)
        .send(body),
  })
}

// Swagger UI sets styles on elements; scripts come from files only, so what a document says can't become one.
const policy = "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'"

function readAsset(name: string): Buffer {
  return readFileSync(new URL(`static/${name}`, import.meta.resolve('@fastify/swagger-ui/package.json')))
}

const indexHtml = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>Almanac API</title>
    <link rel="stylesheet" href="swagger-ui.css">
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="swagger-ui-bundle.js"></script>
    <script src="start.js"></script>
  </body>
</html>
`

function startScript(version: ApiVersion): string {
  return `window.ui = SwaggerUIBundle({ url: '${version}/swagger.json', dom_id: '#swagger-ui', deepLinking: true })\n`
}
