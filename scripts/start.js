// `npm start`: the API with lines to paste into a terminal, and the page that shows a login at work.
import { fileURLToPath } from 'node:url'

const page = await servePage().catch((error) => {
  // The rest goes on without it.
  console.error(`No page: ${error.message}. Another port: PAGE_PORT=5000 npm start\n`)
})
// Its address stands above the lines of the API, which are many.
if (page !== undefined)
  console.log(
    `A page that shows a login at work: ${page.url}, on another origin ${page.otherUrl}\n`,
  )

await import('../examples/quick-start/server.js')

// Only now: whoever stops it earlier stops all of it.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void page?.close())

async function servePage() {
  const built = new URL('../examples/spa/dist/', import.meta.url)
  const { serveDemo } = await import(new URL('server/serve-demo.js', built).href)
  const port = Number(process.env.PAGE_PORT ?? 4000)
  const webFolder = fileURLToPath(new URL('web', built))
  return serveDemo({ port, otherPort: port + 1, webFolder })
}
