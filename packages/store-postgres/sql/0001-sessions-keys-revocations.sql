-- All times are seconds since the epoch by the issuer's clock: none is the server's.
-- COLLATE "C": names are compared byte by byte, and an update of the operating system's collations breaks no index.

-- One login session a row. No column that a refresh writes is indexed, and pages keep some room: so refreshing moves
-- no index entry and leaves nothing for VACUUM to do (heap-only tuples).
CREATE TABLE gatewarden_sessions (
  handle text COLLATE "C" PRIMARY KEY,
  sid text COLLATE "C" NOT NULL UNIQUE,
  subject text COLLATE "C" NOT NULL,
  client text COLLATE "C" NOT NULL,
  binding text COLLATE "C" NOT NULL,
  generation bigint NOT NULL,
  rotated_at double precision NOT NULL,
  replays bigint NOT NULL,
  late_generation bigint,
  late_at double precision,
  created_at double precision NOT NULL,
  idle_expires_at double precision NOT NULL,
  expires_at double precision NOT NULL,
  revoked_at double precision,
  revoked_for text,
  data text NOT NULL
) WITH (fillfactor = 75);

-- A part of the subject: an index entry has room for about 2,700 bytes, a subject has no limit.
CREATE INDEX gatewarden_sessions_subject ON gatewarden_sessions (left(subject, 256));

CREATE INDEX gatewarden_sessions_expiry ON gatewarden_sessions (expires_at);

-- The signing keys of the issuer, sealed: one row, or none.
CREATE TABLE gatewarden_keys (
  id smallint PRIMARY KEY CHECK (id = 1),
  revision bigint NOT NULL,
  sealed text NOT NULL
);

-- Sessions and tokens whose access tokens must not be accepted any more.
CREATE TABLE gatewarden_revocations (
  kind text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  until double precision NOT NULL,
  PRIMARY KEY (kind, id)
);

CREATE INDEX gatewarden_revocations_expiry ON gatewarden_revocations (until);
