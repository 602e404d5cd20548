-- +goose Up

-- Times are microseconds since 1970 in UTC, truths are 0 or 1, and text is compared and sorted byte by byte.
-- What people can fill freely is in no plain column: it is sealed, or found by a keyed hash.
-- Identifiers are made by us and are unique in the deployment, because facts are named by them; every other key
-- starts with the scope, in two columns.

CREATE TABLE organizations (
    id          text COLLATE "C" NOT NULL PRIMARY KEY,
    domain      text COLLATE "C" NOT NULL UNIQUE,
    name        text COLLATE "C" NOT NULL,
    hosts       text COLLATE "C" NOT NULL, -- JSON, as given
    demo        smallint NOT NULL,
    created_at  bigint NOT NULL
);

-- A domain stays taken when its organization is gone.
CREATE TABLE reserved_domains (
    domain       text COLLATE "C" NOT NULL PRIMARY KEY,
    organization text COLLATE "C" NOT NULL
);

CREATE TABLE organization_hosts (
    host         text COLLATE "C" NOT NULL PRIMARY KEY,
    organization text COLLATE "C" NOT NULL REFERENCES organizations (id) ON DELETE CASCADE
);
CREATE INDEX organization_hosts_by_organization ON organization_hosts (organization);

CREATE TABLE clients (
    id           text COLLATE "C" NOT NULL PRIMARY KEY,
    organization text COLLATE "C" NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    environment  text COLLATE "C" NOT NULL,
    kind         text COLLATE "C" NOT NULL,
    identifier   text COLLATE "C" NOT NULL,
    secret       bytea NOT NULL, -- SHA-256
    name         text COLLATE "C" NOT NULL,
    grants       text COLLATE "C" NOT NULL, -- JSON: addresses, features, domains, scopes
    demo         smallint NOT NULL,
    created_at   bigint NOT NULL,
    revoked_at   bigint,
    UNIQUE (kind, identifier)
);
CREATE INDEX clients_by_scope ON clients (organization, environment, kind);

CREATE TABLE plans (
    organization text COLLATE "C" NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    environment  text COLLATE "C" NOT NULL,
    id           bigint NOT NULL,
    name         text COLLATE "C" NOT NULL,
    monitors     smallint NOT NULL,
    created_at   bigint NOT NULL,
    updated_at   bigint NOT NULL,
    PRIMARY KEY (organization, environment, id)
);

CREATE TABLE accounts (
    id           bigint NOT NULL PRIMARY KEY,
    organization text COLLATE "C" NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    environment  text COLLATE "C" NOT NULL,
    country      text COLLATE "C" NOT NULL,
    type         text COLLATE "C" NOT NULL,
    plan_id      bigint NOT NULL, -- 0 for none
    active       smallint NOT NULL,
    activated_at bigint,
    created_at   bigint NOT NULL,
    updated_at   bigint NOT NULL,
    version      bigint NOT NULL,
    sequence     bigint NOT NULL,
    sealed       bytea NOT NULL, -- profile, national number, password hash
    sealed_key   text COLLATE "C" NOT NULL
);
CREATE INDEX accounts_by_scope ON accounts (organization, environment, id);

-- Who has a national number, and who an e-mail address, under every living fingerprint key.
CREATE TABLE number_claims (
    organization text COLLATE "C" NOT NULL,
    environment  text COLLATE "C" NOT NULL,
    key_id       text COLLATE "C" NOT NULL,
    fingerprint  bytea NOT NULL,
    account      bigint NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    PRIMARY KEY (organization, environment, key_id, fingerprint)
);
CREATE INDEX number_claims_by_account ON number_claims (account, key_id);

CREATE TABLE email_claims (
    organization text COLLATE "C" NOT NULL,
    environment  text COLLATE "C" NOT NULL,
    key_id       text COLLATE "C" NOT NULL,
    fingerprint  bytea NOT NULL,
    account      bigint NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    PRIMARY KEY (organization, environment, key_id, fingerprint)
);
CREATE INDEX email_claims_by_account ON email_claims (account, key_id);

CREATE TABLE access_tokens (
    id           bigint NOT NULL PRIMARY KEY,
    organization text COLLATE "C" NOT NULL,
    environment  text COLLATE "C" NOT NULL,
    kind         text COLLATE "C" NOT NULL,
    account      bigint NOT NULL, -- 0 for none
    client       text COLLATE "C" NOT NULL,
    hash         bytea NOT NULL, -- SHA-256
    created_at   bigint NOT NULL,
    expires_at   bigint NOT NULL,
    last_used_at bigint
);
CREATE INDEX access_tokens_by_account ON access_tokens (organization, environment, account);
CREATE INDEX access_tokens_by_expiry ON access_tokens (expires_at);

CREATE TABLE login_codes (
    hash         bytea NOT NULL PRIMARY KEY, -- SHA-256
    id           text COLLATE "C" NOT NULL,
    organization text COLLATE "C" NOT NULL,
    environment  text COLLATE "C" NOT NULL,
    account      bigint NOT NULL,
    client       text COLLATE "C" NOT NULL,
    expires_at   bigint NOT NULL
);
CREATE INDEX login_codes_by_account ON login_codes (organization, environment, account);
CREATE INDEX login_codes_by_expiry ON login_codes (expires_at);

CREATE TABLE sessions (
    id            text COLLATE "C" NOT NULL PRIMARY KEY,
    organization  text COLLATE "C" NOT NULL,
    environment   text COLLATE "C" NOT NULL,
    state         text COLLATE "C" NOT NULL,
    account       bigint NOT NULL, -- the only account that may redeem it, 0 for any
    opened_at     bigint NOT NULL,
    expires_at    bigint NOT NULL,
    settled_at    bigint,
    claim_owner   text COLLATE "C" NOT NULL,
    claim_until   bigint,
    version       bigint NOT NULL,
    sequence      bigint NOT NULL,
    nonce         bytea, -- SHA-256
    reference     bytea, -- keyed hash of the caller's own reference
    reference_key text COLLATE "C",
    sealed        bytea NOT NULL, -- order, thread, challenge, evidence
    sealed_key    text COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX sessions_by_nonce ON sessions (organization, environment, nonce) WHERE nonce IS NOT NULL;
CREATE INDEX sessions_by_reference ON sessions (organization, environment, reference) WHERE reference IS NOT NULL;
CREATE INDEX sessions_by_account ON sessions (account, opened_at) WHERE account <> 0 AND settled_at IS NULL;
CREATE INDEX sessions_due ON sessions (expires_at) WHERE settled_at IS NULL;
CREATE INDEX sessions_settled ON sessions (settled_at) WHERE settled_at IS NOT NULL;

-- The trail. Nothing is ever removed from it.
CREATE TABLE facts (
    position     bigint NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization text COLLATE "C" NOT NULL,
    environment  text COLLATE "C" NOT NULL,
    kind         text COLLATE "C" NOT NULL,
    subject      text COLLATE "C" NOT NULL,
    sequence     bigint NOT NULL,
    at           bigint NOT NULL,
    actor        text COLLATE "C" NOT NULL,
    details      text COLLATE "C" NOT NULL, -- JSON
    UNIQUE (subject, sequence)
);
CREATE INDEX facts_by_scope ON facts (organization, environment, position);

-- Facts that somebody still has to be told.
CREATE TABLE deliveries (
    destination text COLLATE "C" NOT NULL,
    fact        bigint NOT NULL,
    due_at      bigint NOT NULL,
    attempts    bigint NOT NULL,
    PRIMARY KEY (destination, fact)
);

CREATE TABLE leases (
    name  text COLLATE "C" NOT NULL PRIMARY KEY,
    owner text COLLATE "C" NOT NULL,
    fence bigint NOT NULL,
    until bigint NOT NULL
);

-- In the tables below one thing has a row for every living fingerprint key; its rows share the entry.
CREATE TABLE blocklist (
    key_id      text COLLATE "C" NOT NULL,
    fingerprint bytea NOT NULL,
    entry       bytea NOT NULL,
    PRIMARY KEY (key_id, fingerprint)
);
CREATE INDEX blocklist_by_entry ON blocklist (entry);

CREATE TABLE receipts (
    organization text COLLATE "C" NOT NULL,
    environment  text COLLATE "C" NOT NULL,
    command      text COLLATE "C" NOT NULL,
    key_id       text COLLATE "C" NOT NULL,
    fingerprint  bytea NOT NULL, -- of the command's identifier
    entry        bytea NOT NULL,
    at           bigint NOT NULL,
    sealed       bytea NOT NULL, -- the command's identifier and its result
    sealed_key   text COLLATE "C" NOT NULL,
    PRIMARY KEY (organization, environment, command, key_id, fingerprint)
);
CREATE INDEX receipts_by_entry ON receipts (entry);
CREATE INDEX receipts_by_time ON receipts (at);

CREATE TABLE spent (
    organization text COLLATE "C" NOT NULL,
    environment  text COLLATE "C" NOT NULL,
    purpose      text COLLATE "C" NOT NULL,
    key_id       text COLLATE "C" NOT NULL,
    fingerprint  bytea NOT NULL,
    entry        bytea NOT NULL,
    until        bigint NOT NULL,
    PRIMARY KEY (organization, environment, purpose, key_id, fingerprint)
);
CREATE INDEX spent_by_entry ON spent (entry);
CREATE INDEX spent_by_time ON spent (until);
