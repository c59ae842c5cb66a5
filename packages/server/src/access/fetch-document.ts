/** Fetches a JSON document. Rejects, in words, for one that is not to be had, too large, or no JSON. */
export type FetchDocument = (url: string) => Promise<unknown>

// Issuers answer within a fraction of a second; requests wait for this.
const timeoutMs = 5_000
// Entra's key set has some 15 KB.
const mostBytes = 512 * 1024

/** Fetches with a time-out and a limit of size, and follows no redirects: an issuer's documents are where it says. */
export function createDocumentFetcher(signal: AbortSignal): FetchDocument {
  return async (url) => {
    const answer = await fetch(url, {
      headers: { accept: 'application/json' },
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    }).catch((cause: unknown) => {
      throw new Error(`${url} can't be reached`, { cause })
    })
    if (answer.status !== 200) {
      await answer.body?.cancel()
      throw new Error(`${url} answers ${answer.status}`)
    }
    const text = await readBounded(answer, url)
    try {
      return JSON.parse(text) as unknown
    } catch (cause) {
      throw new Error(`${url} is no JSON`, { cause })
    }
  }
}

async function readBounded({ body }: Response, url: string): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  // Leaving the loop ends the connection: what comes after the limit is never read.
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength
    if (bytes > mostBytes) throw new Error(`${url} has more than ${mostBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
