import { readFile } from 'node:fs/promises'
import { LineCounter, isMap, isScalar, isSeq, parseDocument } from 'yaml'
import type { Document } from 'yaml'
import type { CatalogMistake } from './catalog-error.ts'
import type { CatalogFile } from './find-catalog-files.ts'

/** Where in a document something stands: keys and positions in lists, from the root. */
export type YamlPath = readonly (string | number)[]

/** The content of a file, and a way to complain about any part of it. */
export interface YamlFile {
  readonly file: CatalogFile
  readonly data: unknown
  /** Notes a mistake at `path`, or at the nearest part above it that exists. */
  readonly complain: (path: YamlPath, message: string) => void
}

/** Reads one file. `undefined` when it is no YAML; why is among the mistakes then. */
export async function readYamlFile(file: CatalogFile, mistakes: CatalogMistake[]): Promise<YamlFile | undefined> {
  const lines = new LineCounter()
  const complainAt = (offset: number, message: string): void => {
    mistakes.push({ file: file.shownAs, line: Math.max(1, lines.linePos(offset).line), message })
  }
  const document = parseDocument(await readFile(file.path, 'utf8'), { lineCounter: lines, prettyErrors: false })
  for (const error of [...document.errors, ...document.warnings]) complainAt(error.pos[0], error.message)
  if (document.errors.length > 0) return undefined
  return {
    file,
    data: document.toJS(),
    complain: (path, message) => complainAt(offsetOf(document, path), message),
  }
}

function offsetOf(document: Document.Parsed, path: YamlPath): number {
  let node: unknown = document.contents
  let offset = document.contents?.range[0] ?? 0
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step))
      if (pair === undefined || !isScalar(pair.key)) return offset
      offset = pair.key.range?.[0] ?? offset
      node = pair.value
    } else if (isSeq(node)) {
      const item: unknown = node.items[Number(step)]
      if (!isMap(item) && !isSeq(item) && !isScalar(item)) return offset
      offset = item.range?.[0] ?? offset
      node = item
    } else {
      return offset
    }
  }
  return offset
}
