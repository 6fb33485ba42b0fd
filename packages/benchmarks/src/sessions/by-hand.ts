import { createHash, generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto'
import jwt from 'jsonwebtoken'
import pg from 'pg'
import type { Contestant } from './contestants.ts'
import { ROLES, SCOPE } from './sample.ts'

/**
 * What many applications have: jsonwebtoken, and a table of refresh tokens by their hash. As good as it gets: one
 * statement marks the old token as used and writes the new one, and a token that is used again ends its family.
 */
export async function openByHand(config: pg.PoolConfig): Promise<Contestant> {
  const pool = new pg.Pool(config)
  await pool.query(SCHEMA)
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })

  function sign(subject: string, family: string): string {
    return jwt.sign(
      { sid: family, client_id: 'app', scope: SCOPE, roles: ROLES, auth_time: 1_800_000_000 },
      privateKey,
      {
        algorithm: 'ES256',
        keyid: 'key-1',
        issuer: 'https://login.example.com',
        audience: 'https://api.example.com',
        subject,
        jwtid: randomUUID(),
        expiresIn: 600,
      },
    )
  }

  return {
    async login(subject) {
      const token = randomBytes(32).toString('base64url')
      const family = randomUUID()
      await pool.query(INSERT, [hashOf(token), family, subject])
      sign(subject, family)
      return token
    },

    async refresh(token) {
      const next = randomBytes(32).toString('base64url')
      const { rows } = await pool.query<{ family: string; subject: string }>(ROTATE, [
        hashOf(token),
        hashOf(next),
      ])
      const [row] = rows
      if (row === undefined) {
        await pool.query(END, [hashOf(token)])
        throw new Error('invalid_grant')
      }
      sign(row.subject, row.family)
      return next
    },

    close: () => pool.end(),
  }
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

const SCHEMA = `
  CREATE TABLE refresh_tokens (
    hash bytea PRIMARY KEY,
    family uuid NOT NULL,
    subject text NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz
  );
  CREATE INDEX ON refresh_tokens (family)`

const INSERT = `INSERT INTO refresh_tokens (hash, family, subject, expires_at)
  VALUES ($1, $2, $3, now() + interval '14 days')`

const ROTATE = `WITH used AS (
    UPDATE refresh_tokens SET used_at = now()
    WHERE hash = $1 AND used_at IS NULL AND expires_at > now()
    RETURNING family, subject
  )
  INSERT INTO refresh_tokens (hash, family, subject, expires_at)
  SELECT $2, family, subject, now() + interval '14 days' FROM used
  RETURNING family, subject`

const END = `DELETE FROM refresh_tokens
  WHERE family = (SELECT family FROM refresh_tokens WHERE hash = $1)`
