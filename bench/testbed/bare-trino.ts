// Trino's own client protocol, read by a bare loop in a process of its own: POST, then each nextUri, JSON and all. Prints
// how long it took, how many rows came, and its own processor time.
//
//   node bare-trino.ts URL SQL
const [url = '', sql = ''] = process.argv.slice(2)

interface Answer {
  readonly nextUri?: string
  readonly data?: readonly unknown[]
  readonly error?: { readonly message: string }
}

const begun = performance.now()
let rows = 0
const first = await fetch(`${url}/v1/statement`, { method: 'POST', headers: { 'X-Trino-User': 'bench' }, body: sql })
for (let answer = (await first.json()) as Answer; ;) {
  if (answer.error !== undefined) throw new Error(answer.error.message)
  rows += answer.data?.length ?? 0
  if (answer.nextUri === undefined) break
  answer = (await (await fetch(answer.nextUri)).json()) as Answer
}
const { user, system } = process.cpuUsage()
process.stdout.write(
  JSON.stringify({ milliseconds: performance.now() - begun, rows, cpuSeconds: (user + system) / 1e6 }),
)
