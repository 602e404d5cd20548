-- +goose Up

-- What operations of eIDs need beside a login: sessions that somebody asks about by the clock, and those with a page;
-- documents to be signed; evidence and news of outcomes, which live longer than their session. A sealed value may be
-- large, so it is the last column: who looks at the others need not read over it.

ALTER TABLE sessions ADD COLUMN due_at bigint; -- when the provider may be asked again; NULL where nobody asks by the clock
ALTER TABLE sessions ADD COLUMN watch_at bigint; -- from when on somebody may claim it for asking: when it is due and unclaimed
ALTER TABLE sessions ADD COLUMN ticket bytea; -- SHA-256
CREATE INDEX sessions_watched ON sessions (watch_at) WHERE watch_at IS NOT NULL AND settled_at IS NULL;
CREATE UNIQUE INDEX sessions_by_ticket ON sessions (ticket) WHERE ticket IS NOT NULL;

ALTER TABLE clients ADD COLUMN sealed_key text COLLATE "C";
ALTER TABLE clients ADD COLUMN sealed bytea; -- the key that signs what is sent to it

CREATE TABLE documents (
    id           text COLLATE "C" NOT NULL PRIMARY KEY,
    organization text COLLATE "C" NOT NULL,
    environment  text COLLATE "C" NOT NULL,
    session      text COLLATE "C" NOT NULL, -- the one that signed it, '' for an upload
    created_at   bigint NOT NULL,
    kept_until   bigint NOT NULL,
    sealed_key   text COLLATE "C" NOT NULL,
    sealed       bytea NOT NULL -- name, hash and content
);
CREATE INDEX documents_by_scope ON documents (organization, environment);
CREATE INDEX documents_by_time ON documents (kept_until);

CREATE TABLE evidence (
    session      text COLLATE "C" NOT NULL PRIMARY KEY,
    organization text COLLATE "C" NOT NULL,
    environment  text COLLATE "C" NOT NULL,
    created_at   bigint NOT NULL,
    kept_until   bigint NOT NULL,
    sealed_key   text COLLATE "C" NOT NULL,
    sealed       bytea NOT NULL -- proofs as they were issued
);
CREATE INDEX evidence_by_scope ON evidence (organization, environment);
CREATE INDEX evidence_by_time ON evidence (kept_until);

CREATE TABLE callbacks (
    session      text COLLATE "C" NOT NULL PRIMARY KEY,
    organization text COLLATE "C" NOT NULL,
    environment  text COLLATE "C" NOT NULL,
    client       text COLLATE "C" NOT NULL,
    state        text COLLATE "C" NOT NULL, -- waiting, delivered or given_up
    due_at       bigint NOT NULL, -- of a waiting one: from when on it may be claimed
    created_at   bigint NOT NULL,
    settled_at   bigint,
    attempts     bigint NOT NULL,
    sealed_key   text COLLATE "C",
    sealed       bytea -- address and body; NULL once it does not wait any more
);
CREATE INDEX callbacks_by_scope ON callbacks (organization, environment);
CREATE INDEX callbacks_due ON callbacks (due_at) WHERE state = 'waiting';
CREATE INDEX callbacks_settled ON callbacks (settled_at) WHERE settled_at IS NOT NULL;

CREATE TABLE callback_attempts (
    session text COLLATE "C" NOT NULL REFERENCES callbacks (session) ON DELETE CASCADE,
    number  bigint NOT NULL,
    at      bigint NOT NULL,
    took    bigint NOT NULL, -- microseconds
    status  bigint NOT NULL, -- 0 where there was no answer
    failure text COLLATE "C" NOT NULL, -- a stable code, '' for a delivery
    PRIMARY KEY (session, number)
);
