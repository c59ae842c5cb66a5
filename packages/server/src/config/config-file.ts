import { nearestName } from '@almanac/query'
import { LineCounter, isMap, isScalar, parseDocument, type YAMLMap } from 'yaml'

export interface FileValue {
  readonly name: string
  readonly raw: unknown
  readonly line: number
}

/**
 * The values of a config file by their dotted names. YAML (of which JSON is a part); `limits: { previewRows: 10 }` and
 * `limits.previewRows: 10` are the same. Adds a sentence to `problems` for what can't be read and each unknown name.
 */
export function flattenFile(
  text: string,
  knownNames: readonly string[],
  problems: string[],
  path: string,
): readonly FileValue[] {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  for (const error of document.errors) problems.push(`${path}: ${error.message}`)
  if (document.errors.length > 0 || document.contents === null) return []
  if (!isMap(document.contents)) {
    problems.push(`${path}: must hold settings as "name: value" lines.`)
    return []
  }
  const values: FileValue[] = []
  const walk = (map: YAMLMap, prefix: string): void => {
    for (const pair of map.items) {
      const key = isScalar(pair.key) ? String(pair.key.value) : String(pair.key)
      const line = isScalar(pair.key) && pair.key.range ? lines.linePos(pair.key.range[0]).line : 1
      const name = prefix + key
      if (knownNames.includes(name)) {
        values.push({ name, raw: isScalar(pair.value) ? pair.value.value : toPlain(pair.value), line })
      } else if (isMap(pair.value) && knownNames.some((known) => known.startsWith(`${name}.`))) {
        walk(pair.value, `${name}.`)
      } else {
        const near = nearestName(name, knownNames)
        problems.push(
          `${path}:${line}: there is no setting ${JSON.stringify(name)}.${near === undefined ? '' : ` Did you mean ${near}?`} "almanac serve --help" lists them all.`,
        )
      }
    }
  }
  walk(document.contents, '')
  return values
}

function toPlain(node: unknown): unknown {
  return typeof node === 'object' && node !== null && 'toJSON' in node && typeof node.toJSON === 'function'
    ? (node.toJSON() as unknown)
    : node
}
