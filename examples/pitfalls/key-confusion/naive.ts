import { createHmac, verify as verifySignature } from 'node:crypto'
import express from 'express'
import { readPublicKey } from './read-public-key.ts'

/** One verify for every algorithm: the header says which one, the key is what the file holds. */
export function createApp(keyFile: Buffer) {
  const app = express()

  app.get('/admin', (req, res) => {
    const claims = verify(req.headers.authorization?.split(' ')[1] ?? '', keyFile)
    if (claims === undefined) return res.sendStatus(401)
    res.json({ welcome: claims.sub })
  })
  return app
}

function verify(token: string, key: Buffer) {
  const [header = '', payload = '', signature = ''] = token.split('.')
  const input = Buffer.from(`${header}.${payload}`)
  const bytes = Buffer.from(signature, 'base64url')
  const isSigned =
    decode(header).alg === 'HS256'
      ? createHmac('sha256', key).update(input).digest().equals(bytes)
      : verifySignature('sha256', input, readPublicKey(key), bytes)
  return isSigned ? decode(payload) : undefined
}

function decode(segment: string) {
  return JSON.parse(Buffer.from(segment, 'base64url').toString()) as Record<string, unknown>
}
