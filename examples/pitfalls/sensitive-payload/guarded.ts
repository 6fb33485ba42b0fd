import express from 'express'
import { jwtGuard } from '@gatewarden/express-jwt-guard'
import '@gatewarden/express-jwt-guard/augment'
import { CompactEncrypt } from 'jose'
import jwt from 'jsonwebtoken'
import type { Clinic } from './clinic.ts'

/** A token says who it is. What is known of them stays at home, or travels encrypted. */
export function createApp({ privateKey, publicKey, insurerKey, patients }: Clinic) {
  const app = express()
  const issuer = 'https://clinic.example'
  const sign = (claims: object, subject: string, audience: string) =>
    jwt.sign(claims, privateKey, {
      algorithm: 'ES256',
      issuer,
      audience,
      subject,
      expiresIn: '10m',
    })

  // Once the password was checked.
  app.post('/login/:patient', (req, res) => {
    res.json({ token: sign({}, req.params.patient, 'https://clinic.example') })
  })
  app.use(jwtGuard({ issuer, audience: 'https://clinic.example', publicKey }))
  app.get('/me', (req, res) => {
    res.json(patients.get(req.auth.subject!))
  })
  // The browser takes it to the insurer, who alone can read it. Signed first: encryption says nothing of the writer.
  app.post('/referral', async (req, res) => {
    const subject = req.auth.subject!
    const signed = sign({ ...patients.get(subject) }, subject, 'https://insurer.example')
    const referral = await new CompactEncrypt(Buffer.from(signed))
      .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', cty: 'JWT' })
      .encrypt(insurerKey)
    res.json({ referral })
  })
  return app
}
