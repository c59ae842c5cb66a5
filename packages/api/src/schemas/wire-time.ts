import { Type } from 'typebox'

/** An instant in an answer: always UTC, whole seconds. */
export const WireTime = (description: string) =>
  Type.String({ description: `${description} UTC, \`yyyy-MM-ddTHH:mm:ssZ\`.`, examples: ['2024-01-06T19:00:00Z'] })
