// Prints what a page loads of the client, as Vite makes it for production. A program of its own: rolldown does not know
// the arrays of jest's realm. What only Node has cannot be resolved on a neutral platform.
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const input = fileURLToPath(new URL('../src/index.ts', import.meta.url))
const build = await rolldown({ input, platform: 'neutral' })
const { output } = await build.generate({ format: process.argv[2], name: 'client', minify: true })
await build.close()
const [{ code, imports, dynamicImports, moduleIds }] = output
process.stdout.write(JSON.stringify({ code, imports: [...imports, ...dynamicImports], moduleIds }))
