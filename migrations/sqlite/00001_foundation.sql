-- +goose Up

-- Times are microseconds since 1970 in UTC, truths are 0 or 1, and text is compared and sorted byte by byte.
-- What people can fill freely is in no plain column: it is sealed, or found by a keyed hash.
-- Identifiers are made by us and are unique in the deployment, because facts are named by them; every other key
-- starts with the scope, in two columns.

CREATE TABLE organizations (
    id          TEXT NOT NULL PRIMARY KEY,
    domain      TEXT NOT NULL UNIQUE,
    name        TEXT NOT NULL,
    hosts       TEXT NOT NULL, -- JSON, as given
    demo        INTEGER NOT NULL,
    created_at  INTEGER NOT NULL
) STRICT;

-- A domain stays taken when its organization is gone.
CREATE TABLE reserved_domains (
    domain       TEXT NOT NULL PRIMARY KEY,
    organization TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE organization_hosts (
    host         TEXT NOT NULL PRIMARY KEY,
    organization TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX organization_hosts_by_organization ON organization_hosts (organization);

CREATE TABLE clients (
    id           TEXT NOT NULL PRIMARY KEY,
    organization TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    environment  TEXT NOT NULL,
    kind         TEXT NOT NULL,
    identifier   TEXT NOT NULL,
    secret       BLOB NOT NULL, -- SHA-256
    name         TEXT NOT NULL,
    grants       TEXT NOT NULL, -- JSON: addresses, features, domains, scopes
    demo         INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    revoked_at   INTEGER,
    UNIQUE (kind, identifier)
) STRICT;
CREATE INDEX clients_by_scope ON clients (organization, environment, kind);

CREATE TABLE plans (
    organization TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    environment  TEXT NOT NULL,
    id           INTEGER NOT NULL,
    name         TEXT NOT NULL,
    monitors     INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    PRIMARY KEY (organization, environment, id)
) STRICT;

CREATE TABLE accounts (
    id           INTEGER NOT NULL PRIMARY KEY,
    organization TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    environment  TEXT NOT NULL,
    country      TEXT NOT NULL,
    type         TEXT NOT NULL,
    plan_id      INTEGER NOT NULL, -- 0 for none
    active       INTEGER NOT NULL,
    activated_at INTEGER,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    version      INTEGER NOT NULL,
    sequence     INTEGER NOT NULL,
    sealed       BLOB NOT NULL, -- profile, national number, password hash
    sealed_key   TEXT NOT NULL
) STRICT;
CREATE INDEX accounts_by_scope ON accounts (organization, environment, id);

-- Who has a national number, and who an e-mail address, under every living fingerprint key.
CREATE TABLE number_claims (
    organization TEXT NOT NULL,
    environment  TEXT NOT NULL,
    key_id       TEXT NOT NULL,
    fingerprint  BLOB NOT NULL,
    account      INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    PRIMARY KEY (organization, environment, key_id, fingerprint)
) STRICT, WITHOUT ROWID;
CREATE INDEX number_claims_by_account ON number_claims (account, key_id);

CREATE TABLE email_claims (
    organization TEXT NOT NULL,
    environment  TEXT NOT NULL,
    key_id       TEXT NOT NULL,
    fingerprint  BLOB NOT NULL,
    account      INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    PRIMARY KEY (organization, environment, key_id, fingerprint)
) STRICT, WITHOUT ROWID;
CREATE INDEX email_claims_by_account ON email_claims (account, key_id);

CREATE TABLE access_tokens (
    id           INTEGER NOT NULL PRIMARY KEY,
    organization TEXT NOT NULL,
    environment  TEXT NOT NULL,
    kind         TEXT NOT NULL,
    account      INTEGER NOT NULL, -- 0 for none
    client       TEXT NOT NULL,
    hash         BLOB NOT NULL, -- SHA-256
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    last_used_at INTEGER
) STRICT;
CREATE INDEX access_tokens_by_account ON access_tokens (organization, environment, account);
CREATE INDEX access_tokens_by_expiry ON access_tokens (expires_at);

CREATE TABLE login_codes (
    hash         BLOB NOT NULL PRIMARY KEY, -- SHA-256
    id           TEXT NOT NULL,
    organization TEXT NOT NULL,
    environment  TEXT NOT NULL,
    account      INTEGER NOT NULL,
    client       TEXT NOT NULL,
    expires_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX login_codes_by_account ON login_codes (organization, environment, account);
CREATE INDEX login_codes_by_expiry ON login_codes (expires_at);

CREATE TABLE sessions (
    id            TEXT NOT NULL PRIMARY KEY,
    organization  TEXT NOT NULL,
    environment   TEXT NOT NULL,
    state         TEXT NOT NULL,
    account       INTEGER NOT NULL, -- the only account that may redeem it, 0 for any
    opened_at     INTEGER NOT NULL,
    expires_at    INTEGER NOT NULL,
    settled_at    INTEGER,
    claim_owner   TEXT NOT NULL,
    claim_until   INTEGER,
    version       INTEGER NOT NULL,
    sequence      INTEGER NOT NULL,
    nonce         BLOB, -- SHA-256
    reference     BLOB, -- keyed hash of the caller's own reference
    reference_key TEXT,
    sealed        BLOB NOT NULL, -- order, thread, challenge, evidence
    sealed_key    TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX sessions_by_nonce ON sessions (organization, environment, nonce) WHERE nonce IS NOT NULL;
CREATE INDEX sessions_by_reference ON sessions (organization, environment, reference) WHERE reference IS NOT NULL;
CREATE INDEX sessions_by_account ON sessions (account, opened_at) WHERE account <> 0 AND settled_at IS NULL;
CREATE INDEX sessions_due ON sessions (expires_at) WHERE settled_at IS NULL;
CREATE INDEX sessions_settled ON sessions (settled_at) WHERE settled_at IS NOT NULL;

-- The trail. Nothing is ever removed from it.
CREATE TABLE facts (
    position     INTEGER NOT NULL PRIMARY KEY,
    organization TEXT NOT NULL,
    environment  TEXT NOT NULL,
    kind         TEXT NOT NULL,
    subject      TEXT NOT NULL,
    sequence     INTEGER NOT NULL,
    at           INTEGER NOT NULL,
    actor        TEXT NOT NULL,
    details      TEXT NOT NULL, -- JSON
    UNIQUE (subject, sequence)
) STRICT;
CREATE INDEX facts_by_scope ON facts (organization, environment, position);

-- Facts that somebody still has to be told.
CREATE TABLE deliveries (
    destination TEXT NOT NULL,
    fact        INTEGER NOT NULL,
    due_at      INTEGER NOT NULL,
    attempts    INTEGER NOT NULL,
    PRIMARY KEY (destination, fact)
) STRICT, WITHOUT ROWID;

CREATE TABLE leases (
    name  TEXT NOT NULL PRIMARY KEY,
    owner TEXT NOT NULL,
    fence INTEGER NOT NULL,
    until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- In the tables below one thing has a row for every living fingerprint key; its rows share the entry.
CREATE TABLE blocklist (
    key_id      TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    entry       BLOB NOT NULL,
    PRIMARY KEY (key_id, fingerprint)
) STRICT, WITHOUT ROWID;
CREATE INDEX blocklist_by_entry ON blocklist (entry);

CREATE TABLE receipts (
    organization TEXT NOT NULL,
    environment  TEXT NOT NULL,
    command      TEXT NOT NULL,
    key_id       TEXT NOT NULL,
    fingerprint  BLOB NOT NULL, -- of the command's identifier
    entry        BLOB NOT NULL,
    at           INTEGER NOT NULL,
    sealed       BLOB NOT NULL, -- the command's identifier and its result
    sealed_key   TEXT NOT NULL,
    PRIMARY KEY (organization, environment, command, key_id, fingerprint)
) STRICT;
CREATE INDEX receipts_by_entry ON receipts (entry);
CREATE INDEX receipts_by_time ON receipts (at);

CREATE TABLE spent (
    organization TEXT NOT NULL,
    environment  TEXT NOT NULL,
    purpose      TEXT NOT NULL,
    key_id       TEXT NOT NULL,
    fingerprint  BLOB NOT NULL,
    entry        BLOB NOT NULL,
    until        INTEGER NOT NULL,
    PRIMARY KEY (organization, environment, purpose, key_id, fingerprint)
) STRICT, WITHOUT ROWID;
CREATE INDEX spent_by_entry ON spent (entry);
CREATE INDEX spent_by_time ON spent (until);
