-- +goose Up

-- What operations of eIDs need beside a login: sessions that somebody asks about by the clock, and those with a page;
-- documents to be signed; evidence and news of outcomes, which live longer than their session. A sealed value may be
-- large, so it is the last column: who looks at the others need not read over it.

ALTER TABLE sessions ADD COLUMN due_at INTEGER; -- when the provider may be asked again; NULL where nobody asks by the clock
ALTER TABLE sessions ADD COLUMN watch_at INTEGER; -- from when on somebody may claim it for asking: when it is due and unclaimed
ALTER TABLE sessions ADD COLUMN ticket BLOB; -- SHA-256
CREATE INDEX sessions_watched ON sessions (watch_at) WHERE watch_at IS NOT NULL AND settled_at IS NULL;
CREATE UNIQUE INDEX sessions_by_ticket ON sessions (ticket) WHERE ticket IS NOT NULL;

ALTER TABLE clients ADD COLUMN sealed_key TEXT;
ALTER TABLE clients ADD COLUMN sealed BLOB; -- the key that signs what is sent to it

CREATE TABLE documents (
    id           TEXT NOT NULL PRIMARY KEY,
    organization TEXT NOT NULL,
    environment  TEXT NOT NULL,
    session      TEXT NOT NULL, -- the one that signed it, '' for an upload
    created_at   INTEGER NOT NULL,
    kept_until   INTEGER NOT NULL,
    sealed_key   TEXT NOT NULL,
    sealed       BLOB NOT NULL -- name, hash and content
) STRICT;
CREATE INDEX documents_by_scope ON documents (organization, environment);
CREATE INDEX documents_by_time ON documents (kept_until);

CREATE TABLE evidence (
    session      TEXT NOT NULL PRIMARY KEY,
    organization TEXT NOT NULL,
    environment  TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    kept_until   INTEGER NOT NULL,
    sealed_key   TEXT NOT NULL,
    sealed       BLOB NOT NULL -- proofs as they were issued
) STRICT;
CREATE INDEX evidence_by_scope ON evidence (organization, environment);
CREATE INDEX evidence_by_time ON evidence (kept_until);

CREATE TABLE callbacks (
    session      TEXT NOT NULL PRIMARY KEY,
    organization TEXT NOT NULL,
    environment  TEXT NOT NULL,
    client       TEXT NOT NULL,
    state        TEXT NOT NULL, -- waiting, delivered or given_up
    due_at       INTEGER NOT NULL, -- of a waiting one: from when on it may be claimed
    created_at   INTEGER NOT NULL,
    settled_at   INTEGER,
    attempts     INTEGER NOT NULL,
    sealed_key   TEXT,
    sealed       BLOB -- address and body; NULL once it does not wait any more
) STRICT;
CREATE INDEX callbacks_by_scope ON callbacks (organization, environment);
CREATE INDEX callbacks_due ON callbacks (due_at) WHERE state = 'waiting';
CREATE INDEX callbacks_settled ON callbacks (settled_at) WHERE settled_at IS NOT NULL;

CREATE TABLE callback_attempts (
    session TEXT NOT NULL REFERENCES callbacks (session) ON DELETE CASCADE,
    number  INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    took    INTEGER NOT NULL, -- microseconds
    status  INTEGER NOT NULL, -- 0 where there was no answer
    failure TEXT NOT NULL, -- a stable code, '' for a delivery
    PRIMARY KEY (session, number)
) STRICT, WITHOUT ROWID;
