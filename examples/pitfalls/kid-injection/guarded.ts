import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import express from 'express'
import { jwtGuard } from '@gatewarden/express-jwt-guard'
import '@gatewarden/express-jwt-guard/augment'
import type { Database } from 'sql.js'

/** The keys are loaded before the first token comes. The kid picks one of them, or none. */
export function createApp(keys: [kid: string, secret: string][]) {
  const app = express()

  const secret = keys.map(([kid, text]) => ({ kty: 'oct', kid, k: toBase64Url(text) }))
  app.use(jwtGuard({ issuer: 'https://login.example', audience: 'https://api.example', secret }))
  app.get('/admin', (req, res) => {
    res.json({ welcome: req.auth.subject })
  })
  return app
}

const toBase64Url = (text: string) => Buffer.from(text).toString('base64url')

export const fromFolder = (folder: string) =>
  readdirSync(folder).map((kid): [string, string] => [kid, readFileSync(join(folder, kid), 'utf8')])

export const fromDatabase = (database: Database) =>
  database.exec('SELECT kid, secret FROM keys')[0]!.values as [string, string][]

export const fromTable = (table: { [kid: string]: string }) => Object.entries(table)
