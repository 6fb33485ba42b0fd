import express from 'express'

/** Another service of the same company, and of its login. Whoever runs it sees the tokens that it is sent. */
export function createForum(seen: string[]) {
  const app = express()

  app.get('/threads', (req, res) => {
    seen.push(req.headers.authorization?.split(' ')[1] ?? '')
    res.json([])
  })
  return app
}
