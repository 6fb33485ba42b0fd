import { createGuard } from '@gatewarden/koa-jwt'
import { createApp } from './app.ts'

// Your identity provider and this API, exactly as they stand in the tokens' iss and aud.
// A variable that is not set stops the start-up: an empty issuer would switch the check off.
const { ISSUER = '', AUDIENCE = '', PORT = '3000' } = process.env

const guard = createGuard({ issuer: ISSUER, audience: AUDIENCE })
// A wrong issuer is found now, not by the first request.
await guard.ready()

createApp(guard).listen(Number(PORT), () => {
  console.log(`Listening on http://localhost:${PORT}, trusting tokens of ${ISSUER}`)
})
