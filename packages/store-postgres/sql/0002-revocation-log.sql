-- What was revoked, as a log that every process follows.

-- Nothing of the old table is carried over, because nothing can be: a row of the log has a fingerprint of the issuer and the
-- identifier, and the old rows do not say whose they are. No release had them, and none is of use for longer than half an
-- hour. A process of before that still runs gets errors from here on, so it answers 503, and never as if nothing were revoked.
DROP TABLE gatewarden_revocations;

-- The end of the log: one row. Who appends takes its numbers here, and holds the row until it has committed. So numbers
-- become visible in their order, which those of a sequence do not, and a reader who has read up to one has missed none.
CREATE TABLE gatewarden_revocation_head (
  id smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
  -- Which log it is: a cursor of another one is worth nothing.
  identity text COLLATE "C" NOT NULL DEFAULT md5(random()::text || clock_timestamp()::text),
  position bigint NOT NULL DEFAULT 0
);

INSERT INTO gatewarden_revocation_head DEFAULT VALUES;

-- One row a key, which moves to the end of the log when its terms are raised: so the log has one place to read each from, and
-- no more rows than there are keys. All times are seconds since the epoch by the issuer's clock.
CREATE TABLE gatewarden_revocation_log (
  position bigint NOT NULL UNIQUE,
  until bigint NOT NULL CHECK (until BETWEEN 0 AND 9999999999),
  issued_up_to bigint NOT NULL CHECK (issued_up_to BETWEEN 0 AND 9999999999),
  -- A kind, and a fingerprint of issuer and identifier: it names nobody.
  -- A key that no reader could take would stop all of them.
  key text COLLATE "C" PRIMARY KEY CHECK (key ~ '^[A-Za-z0-9_-]{24}$')
);

CREATE INDEX gatewarden_revocation_log_expiry ON gatewarden_revocation_log (until);
