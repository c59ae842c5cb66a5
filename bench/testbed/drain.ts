// Downloads a link and throws the bytes away, undecoded: what the server's side costs, not the reader's.
// Prints the seconds of processor time that it took itself.   drain.ts URL ENCODING
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'

const [url = '', encoding = 'identity'] = process.argv.slice(2)
const request = get(url, { headers: { 'accept-encoding': encoding } })
const [response] = (await once(request, 'response')) as [IncomingMessage]
if (response.statusCode !== 200) throw new Error(`The download answered ${response.statusCode}`)
if (encoding !== 'identity' && response.headers['content-encoding'] !== encoding)
  throw new Error('It is not compressed')
response.resume()
await once(response, 'end')
const { user, system } = process.cpuUsage()
process.stdout.write(`${(user + system) / 1e6}`)
