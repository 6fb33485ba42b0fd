import { sendReply } from '@gatewarden/express-jwt-guard'
import type { Issuer } from '@gatewarden/issuer'
import { verify } from '@node-rs/argon2'
import type { RequestHandler } from 'express'
import { ALICE } from './alice.ts'

/** Opens a session for whoever knows name and password. Limit how often they can be guessed: see README.md. */
export function login(issuer: Issuer, passwordHash: string): RequestHandler {
  return async (req, res) => {
    const { name, password } = (req.body ?? {}) as { name?: unknown; password?: unknown }
    if (typeof name !== 'string' || typeof password !== 'string') {
      res.status(422).json({ title: 'A login needs a name and a password' })
      return
    }
    // Whatever the name: the time of the answer must not tell which of them exist.
    const isRight = await verify(passwordHash, password)
    if (!isRight || name !== ALICE.name) {
      res.status(403).json({ title: 'Name or password is wrong' })
      return
    }
    const tokens = await issuer.openSession({ subject: ALICE.id, roles: ALICE.roles })
    sendReply(res, issuer.reply(tokens))
  }
}
