import express from 'express'
import jwt, { type JwtPayload } from 'jsonwebtoken'
import type { Clinic, Patient } from './clinic.ts'

/** The token is signed, so what is in it is safe. With the whole record in it, nothing has to be looked up. */
export function createApp({ privateKey, publicKey, patients }: Clinic) {
  const app = express()
  const issuer = 'https://clinic.example'
  const sign = (record: Patient, subject: string, audience: string) =>
    jwt.sign({ ...record }, privateKey, {
      algorithm: 'ES256',
      issuer,
      audience,
      subject,
      expiresIn: '10m',
    })

  // Once the password was checked.
  app.post('/login/:patient', (req, res) => {
    const { patient } = req.params
    res.json({ token: sign(patients.get(patient)!, patient, 'https://clinic.example') })
  })
  app.use((req, res, next) => {
    const token = req.headers.authorization?.split(' ')[1] ?? ''
    const options = { algorithms: ['ES256' as const], issuer, audience: 'https://clinic.example' }
    jwt.verify(token, publicKey, options, (error, claims) => {
      if (error) return res.sendStatus(401)
      res.locals.patient = claims
      next()
    })
  })
  app.get('/me', (req, res) => {
    const { name, diagnosis } = res.locals.patient as Patient
    res.json({ name, diagnosis })
  })
  // The browser takes it to the insurer.
  app.post('/referral', (req, res) => {
    const { name, diagnosis, sub } = res.locals.patient as Patient & JwtPayload
    res.json({ referral: sign({ name, diagnosis }, sub!, 'https://insurer.example') })
  })
  return app
}
