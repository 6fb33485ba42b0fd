import cors from 'cors'
import express, { type Express } from 'express'

/** A server of somebody else, which any page may ask. It tells what it got. */
export function createForeignApp(got: (string | undefined)[]): Express {
  const app = express()
  app.use(cors({ allowedHeaders: '*,Authorization' }))
  app.all('/echo', (req, res) => {
    got.push(req.get('authorization'))
    res.json({ authorization: req.get('authorization') ?? null, cookie: req.get('cookie') ?? null })
  })
  return app
}
