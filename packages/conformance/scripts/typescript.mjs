// Lets Node run the TypeScript of the tests as it is: `node --import ./scripts/typescript.mjs`, threads included.
import { register } from 'node:module'

register('./typescript-hook.mjs', import.meta.url)
