import express from 'express'
import { createRemoteJWKSet, importJWK, type JWTHeaderParameters, jwtVerify } from 'jose'

/** RFC 7515 has two headers for it: jwk brings the key along, jku says where it is. */
export function createApp({ issuer, jwksUri }: { issuer: string; jwksUri: string }) {
  const app = express()
  const keysOfIssuer = createRemoteJWKSet(new URL(jwksUri))

  function findKey(header: JWTHeaderParameters) {
    if (header.jwk) return importJWK(header.jwk, header.alg)
    if (header.jku) return createRemoteJWKSet(new URL(header.jku))(header)
    return keysOfIssuer(header)
  }

  app.get('/admin', async (req, res) => {
    try {
      const token = req.headers.authorization?.split(' ')[1] ?? ''
      const { payload } = await jwtVerify(token, findKey, {
        issuer,
        audience: 'https://api.example',
      })
      res.json({ welcome: payload.sub })
    } catch {
      res.sendStatus(401)
    }
  })
  return app
}
