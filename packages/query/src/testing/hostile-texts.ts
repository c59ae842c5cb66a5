import { blanks, fragments, lookAlikes, names, values } from './hostile-pieces.ts'
import { seededRandom } from './seeded-random.ts'
import type { SeededRandom } from './seeded-random.ts'

// Query texts that nobody should send: valid ones broken, swapped and spliced, and pieces that have opened databases
// elsewhere. Some of them stay right by chance or by design, and are then run.

type Mutation = (text: string, random: SeededRandom, texts: readonly string[]) => string

/** Each as often as it stands here. */
const mutations: readonly Mutation[] = [
  // Right as it is, or in another dress.
  (text) => text,
  (text, random) => outsideTexts(text, (piece) => changeCase(piece, random)),
  (text, random) => pieces(text).join(random.one(blanks)),
  (text, random) => changePiece(text, random, isValue, () => random.one(values)),
  (text, random) => changePiece(text, random, isText, () => quoted(random.one(fragments))),
  (text, random) => changePiece(text, random, isText, () => quoted(noise(random, 12))),
  (text, random) => changePiece(text, random, isValue, (value) => `${value}, ${random.one(values)}`),
  // Most likely wrong.
  (text, random) => changePiece(text, random, isText, () => `'${random.one(fragments)}'`),
  (text, random) => changePiece(text, random, isWord, () => random.one(names)),
  (text, random) => changePiece(text, random, isWord, (word) => `${random.one(names)}, ${word}`),
  (text, random) => changePiece(text, random, isWord, (word) => `t.${word}`),
  (text, random) => changePiece(text, random, isWord, (word) => `"${word}"`),
  (text, random) =>
    changePiece(
      text,
      random,
      () => true,
      () => '',
    ),
  (text, random) =>
    changePiece(
      text,
      random,
      () => true,
      (piece) => `${piece} ${piece}`,
    ),
  (text, random) =>
    changePiece(
      text,
      random,
      () => true,
      (piece) => `${piece} ${random.one(fragments)}`,
    ),
  (text, random) => insert(text, random, random.one(fragments)),
  (text, random) => insert(text, random, noise(random, 3)),
  (text, random) => replaceAt(text, random, String.fromCharCode(random.below(0x100))),
  (text, random) =>
    replaceAt(text, random, String.fromCharCode(text.charCodeAt(random.below(text.length)) ^ (1 << random.below(7)))),
  (text, random) => replaceAt(text, random, ''),
  (text, random) => swapPieces(text, random),
  (text, random, texts) => splice(text, random.one(texts), random),
  (text, random) => text + random.one([' ', ';', '\n']) + random.one(fragments),
  (text, random) => `${random.one(fragments)} ${text}`,
  (text) => `${text} ; ${text}`,
  (text) => `SELECT * FROM (${text})`,
  (text) => `EXPLAIN ${text}`,
  (text, random) => lookAlike(text, random),
  (text, random) => text.replace(/(WHERE\s)/i, `$1${random.one(['NOT ', '(', '((', 'NOT NOT ', `Name IS NULL OR `])}`),
  (text, random) => text.replace(/FROM\s+\w+/i, `FROM ${random.one(names)}`),
  (text, random) =>
    text.replace(
      /SELECT\s/i,
      `SELECT ${random.one(['* ,', '*, ', 'ALL ', 'DISTINCT ON (Name) ', 'TOP 5 ', 'DISTINCT '])}`,
    ),
]

/** Few of these: each is as large as it may be, or larger. */
const monsters: readonly Mutation[] = [
  (text, random) =>
    changePiece(text, random, isValue, (value) =>
      Array.from({ length: random.below(1500) + 1 }, () => value).join(','),
    ),
  (text, random) =>
    changePiece(text, random, isWord, (word) => Array.from({ length: random.below(700) + 1 }, () => word).join(',')),
  (text, random) => `${text} WHERE ${'('.repeat(random.below(9000))}Name = 'x'`,
  (text, random) => text.replace(/WHERE\s/i, (where) => where + 'NOT '.repeat(random.below(80))),
  (text, random) =>
    changePiece(
      text,
      random,
      isText,
      () => `'${random.one(['%', '_', '%_', '\\', 'x', '’', 'İ']).repeat(random.below(4000))}'`,
    ),
  (text, random) => changePiece(text, random, isWord, (word) => word.repeat(random.below(300))),
  (text, random) => `${text}${random.one([' ', ';', "'", '(', '\0', '‘']).repeat(random.below(17_000))}`,
  (_text, random) => noise(random, 4000),
]

/** Hostile texts without end, made of valid ones; the same for the same seed. */
export function* hostileTexts(texts: readonly string[], seed: number): Generator<string, never> {
  const random = seededRandom(seed)
  for (;;) {
    let text = random.one(texts)
    // Mostly one change: a text that is broken in three places says nothing about the second.
    const changes = random.chance(0.75) ? 1 : 1 + random.below(3)
    for (let change = 0; change < changes; change += 1) {
      text = random.one(random.chance(0.004) ? monsters : mutations)(text, random, texts)
    }
    yield text
  }
}

const piecePattern =
  /'(?:[^']|'')*'|‘[^’]*’|’[^’]*’|[\p{L}_][\p{L}\p{N}_\\]*(?:\([\p{L}\p{N}_]+\))?|-?\d+(?:\.\d+)?|[<>!]=|\S/gu
const keywords = /^(select|distinct|from|where|and|or|not|in|like|is|null|between|order|by|asc|desc|limit|timespan)$/i

function pieces(text: string): readonly string[] {
  return text.match(piecePattern) ?? []
}

function isText(piece: string): boolean {
  return /^['‘’]/.test(piece)
}

function isValue(piece: string): boolean {
  return isText(piece) || /^-?\d/.test(piece)
}

function isWord(piece: string): boolean {
  return /^[\p{L}_]/u.test(piece) && !keywords.test(piece)
}

function changePiece(
  text: string,
  random: SeededRandom,
  fits: (piece: string) => boolean,
  change: (piece: string) => string,
): string {
  const all = pieces(text)
  const candidates = all
    .keys()
    .filter((index) => fits(all[index] ?? ''))
    .toArray()
  if (candidates.length === 0) return text
  const chosen = random.one(candidates)
  return all.map((piece, index) => (index === chosen ? change(piece) : piece)).join(' ')
}

function swapPieces(text: string, random: SeededRandom): string {
  const all = [...pieces(text)]
  const [a, b] = [random.below(all.length || 1), random.below(all.length || 1)]
  const [first = '', second = ''] = [all[a], all[b]]
  all[a] = second
  all[b] = first
  return all.join(' ')
}

function splice(text: string, other: string, random: SeededRandom): string {
  const [head, tail] = [pieces(text), pieces(other)]
  return [...head.slice(0, random.below(head.length + 1)), ...tail.slice(random.below(tail.length + 1))].join(' ')
}

function outsideTexts(text: string, change: (piece: string) => string): string {
  return pieces(text)
    .map((piece) => (isText(piece) ? piece : change(piece)))
    .join(' ')
}

function changeCase(piece: string, random: SeededRandom): string {
  return Array.from(piece, (letter) => (random.chance(0.5) ? letter.toUpperCase() : letter.toLowerCase())).join('')
}

function insert(text: string, random: SeededRandom, piece: string): string {
  const at = random.below(text.length + 1)
  return text.slice(0, at) + piece + text.slice(at)
}

function replaceAt(text: string, random: SeededRandom, character: string): string {
  const at = random.below(text.length + 1)
  return text.slice(0, at) + character + text.slice(at + 1)
}

function lookAlike(text: string, random: SeededRandom): string {
  return Array.from(text, (character) => (random.chance(0.1) ? (lookAlikes[character] ?? character) : character)).join(
    '',
  )
}

function noise(random: SeededRandom, longest: number): string {
  const character = (): string => String.fromCharCode(random.below(random.one([0x80, 0x80, 0x80, 0x2_50, 0x1_00_00])))
  return Array.from({ length: random.below(longest) + 1 }, character).join('')
}

function quoted(text: string): string {
  return `'${text.replaceAll(`'`, `''`)}'`
}
