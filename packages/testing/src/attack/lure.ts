import { createServer } from 'node:http'
import type { Jwk } from '@gatewarden/core'
import { listen } from '../suite/listen.ts'
import { stop } from './open-target.ts'

/** A server of the attacker's that tokens point at. Who asks there trusts what it says. */
export interface Lure {
  readonly origin: string
  /** The paths somebody asked for. */
  readonly asked: readonly string[]
  /** The key that it hands out from now on. */
  offer(jwk: Jwk): void
  close(): Promise<void>
}

export async function openLure(): Promise<Lure> {
  const asked: string[] = []
  let offered: Jwk = {}
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    const metadata = { issuer: origin, jwks_uri: `${origin}/jwks` }
    const isMetadata = request.url?.startsWith('/.well-known/') === true
    response.setHeader('Content-Type', 'application/json')
    response.end(JSON.stringify(isMetadata ? metadata : { keys: [offered] }))
  })
  const origin = `http://127.0.0.1:${await listen(server)}`
  return {
    origin,
    asked,
    offer(jwk) {
      offered = jwk
    },
    close: () => stop(server),
  }
}
