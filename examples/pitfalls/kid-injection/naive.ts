import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import express from 'express'
import { jwtVerify } from 'jose'
import type { Database } from 'sql.js'

/** The kid says which key: a file, a row or a member of that name. */
export function createApp(findKey: (kid: string) => string) {
  const app = express()

  app.get('/admin', async (req, res) => {
    try {
      const { payload } = await jwtVerify(
        req.headers.authorization?.split(' ')[1] ?? '',
        ({ kid = '' }) => new TextEncoder().encode(findKey(kid)),
        { issuer: 'https://login.example', audience: 'https://api.example' },
      )
      res.json({ welcome: payload.sub })
    } catch {
      res.sendStatus(401)
    }
  })
  return app
}

export const fromFolder = (folder: string) => (kid: string) =>
  readFileSync(join(folder, kid), 'utf8')

export const fromDatabase = (database: Database) => (kid: string) =>
  database.exec(`SELECT secret FROM keys WHERE kid = '${kid}'`)[0]?.values[0]?.[0] as string

export const fromTable = (table: { [kid: string]: string }) => (kid: string) => table[kid]!
