-- +goose Up

-- What people sign in to, and through what: applications, SSO connections with what belongs to them, and the keys that
-- sign the tokens.

CREATE TABLE applications (
    id           TEXT NOT NULL PRIMARY KEY,
    organization TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    environment  TEXT NOT NULL,
    name         TEXT NOT NULL,
    type         TEXT NOT NULL,
    settings     TEXT NOT NULL, -- JSON; '' once it is deleted
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    deleted_at   INTEGER,
    version      INTEGER NOT NULL,
    sequence     INTEGER NOT NULL
) STRICT;
CREATE INDEX applications_by_scope ON applications (organization, environment, created_at, id, deleted_at) WHERE deleted_at IS NULL;

CREATE TABLE sso_connections (
    id                  TEXT NOT NULL PRIMARY KEY,
    organization        TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    environment         TEXT NOT NULL,
    root                TEXT NOT NULL, -- of the organization
    service_provider    TEXT NOT NULL,
    active              INTEGER NOT NULL,
    provider            TEXT NOT NULL,
    policy              TEXT NOT NULL,
    seats               INTEGER NOT NULL, -- 0 for no limit
    entity              TEXT, -- what the identity provider calls itself
    default_redirection TEXT NOT NULL, -- '' for none
    created_at          INTEGER NOT NULL,
    updated_at          INTEGER NOT NULL,
    version             INTEGER NOT NULL,
    sequence            INTEGER NOT NULL,
    sealed_key          TEXT NOT NULL,
    sealed              BLOB NOT NULL -- metadata and onboarding
) STRICT;
CREATE INDEX sso_connections_by_root ON sso_connections (root, environment, created_at, id, organization);
CREATE INDEX sso_connections_by_organization ON sso_connections (organization);
CREATE INDEX sso_connections_by_entity ON sso_connections (root, environment, entity) WHERE entity IS NOT NULL;

CREATE TABLE redirections (
    id               TEXT NOT NULL PRIMARY KEY,
    organization     TEXT NOT NULL,
    environment      TEXT NOT NULL,
    root             TEXT NOT NULL,
    connection       TEXT NOT NULL REFERENCES sso_connections (id) ON DELETE CASCADE,
    service_provider TEXT NOT NULL,
    application      TEXT NOT NULL,
    uri              TEXT NOT NULL,
    created_at       INTEGER NOT NULL,
    updated_at       INTEGER NOT NULL
) STRICT;
CREATE INDEX redirections_by_connection ON redirections (connection);
CREATE INDEX redirections_by_application ON redirections (application);

CREATE TABLE invitations (
    hash         BLOB NOT NULL PRIMARY KEY, -- SHA-256
    organization TEXT NOT NULL,
    environment  TEXT NOT NULL,
    connection   TEXT NOT NULL REFERENCES sso_connections (id) ON DELETE CASCADE,
    visit        INTEGER NOT NULL, -- it is a browser's, and no link's
    email        BLOB NOT NULL, -- SHA-256
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX invitations_by_connection ON invitations (connection);
CREATE INDEX invitations_by_expiry ON invitations (expires_at);

-- Of one organization and purpose one key at a time signs. The deployment's own keys have no organization.
CREATE TABLE signing_keys (
    id           TEXT NOT NULL PRIMARY KEY,
    organization TEXT NOT NULL,
    environment  TEXT NOT NULL, -- always the same: keys serve both
    purpose      TEXT NOT NULL,
    certificate  BLOB NOT NULL, -- X.509, DER
    created_at   INTEGER NOT NULL,
    retired_at   INTEGER,
    sealed_key   TEXT NOT NULL,
    sealed       BLOB NOT NULL -- the private half
) STRICT;
CREATE UNIQUE INDEX signing_keys_active ON signing_keys (organization, purpose) WHERE retired_at IS NULL;
CREATE INDEX signing_keys_by_organization ON signing_keys (organization, purpose, created_at);
