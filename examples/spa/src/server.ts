import { fileURLToPath } from 'node:url'
import { serveDemo } from './serve-demo.ts'

const port = Number(process.env.PORT ?? '4000')
const webFolder = fileURLToPath(new URL('../web', import.meta.url))

const { url, otherUrl, close } = await serveDemo({ port, otherPort: port + 1, webFolder })
console.log(`A page that shows a login at work: ${url}, on another origin ${otherUrl}`)

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => void close())
}
