import { fileURLToPath } from 'node:url'
import { serveDemo } from './serve-demo.ts'

const port = Number(process.env.PORT ?? '4000')
const webFolder = fileURLToPath(new URL('../web', import.meta.url))

const { url, otherUrl, close } = await serveDemo({ port, otherPort: port + 1, webFolder })
console.log(`The page is at ${url}, and on another origin at ${otherUrl}`)

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => void close())
}
