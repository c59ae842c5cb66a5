import { Type } from 'typebox'
import type { Content, ResponseContract } from './operation.ts'
import { inEveryVersion } from './versions.ts'

const fileHeaders = {
  'Content-Disposition': "`attachment`, with the report's name.",
  'Content-Length': 'Bytes of this answer; absent when the file comes compressed.',
  ETag: 'Changes with the content.',
  'Accept-Ranges': '`bytes`, when parts can be asked for.',
}

const fileContent: Content = { schema: inEveryVersion(Type.String({ description: 'Header row and rows, UTF-8.' })) }

const asFile = { 'text/csv': fileContent, 'text/tab-separated-values': fileContent }

/** How a file is answered: whole, a part of it, or not at all because the caller has it. */
export const fileResponses = {
  200: { description: 'The whole file.', headers: fileHeaders, content: asFile },
  206: {
    description: 'The part that `Range` asked for.',
    headers: { ...fileHeaders, 'Content-Range': 'Which part of how much.' },
    content: asFile,
  },
  304: {
    description: 'The caller has this content already (`If-None-Match`).',
    headers: { ETag: fileHeaders.ETag },
    content: {},
  },
  416: {
    description: 'The range lies outside the file.',
    headers: { 'Content-Range': 'How large the file is.' },
    content: {},
  },
} satisfies Record<string, ResponseContract>
