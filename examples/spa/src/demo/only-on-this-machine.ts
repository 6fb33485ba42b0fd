import type { RequestHandler } from 'express'

const LOOPBACK = /^(?:::ffff:)?127\.|^::1$/

/**
 * Skips the router for whoever is elsewhere. The name counts, too: a foreign page can have one of its own point at this
 * machine (DNS rebinding), and would be of the same origin then.
 */
export const onlyOnThisMachine: RequestHandler = (req, _res, next) => {
  const isNear = LOOPBACK.test(req.socket.remoteAddress ?? '')
  const isLocalName = ['localhost', '127.0.0.1', '[::1]'].includes(req.hostname)
  next(isNear && isLocalName ? undefined : 'router')
}
