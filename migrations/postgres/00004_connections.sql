-- +goose Up

-- What people sign in to, and through what: applications, SSO connections with what belongs to them, and the keys that
-- sign the tokens.

CREATE TABLE applications (
    id           text COLLATE "C" NOT NULL PRIMARY KEY,
    organization text COLLATE "C" NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    environment  text COLLATE "C" NOT NULL,
    name         text COLLATE "C" NOT NULL,
    type         text COLLATE "C" NOT NULL,
    settings     text COLLATE "C" NOT NULL, -- JSON; '' once it is deleted
    created_at   bigint NOT NULL,
    updated_at   bigint NOT NULL,
    deleted_at   bigint,
    version      bigint NOT NULL,
    sequence     bigint NOT NULL
);
CREATE INDEX applications_by_scope ON applications (organization, environment, created_at, id, deleted_at) WHERE deleted_at IS NULL;

CREATE TABLE sso_connections (
    id                  text COLLATE "C" NOT NULL PRIMARY KEY,
    organization        text COLLATE "C" NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    environment         text COLLATE "C" NOT NULL,
    root                text COLLATE "C" NOT NULL, -- of the organization
    service_provider    text COLLATE "C" NOT NULL,
    active              smallint NOT NULL,
    provider            text COLLATE "C" NOT NULL,
    policy              text COLLATE "C" NOT NULL,
    seats               bigint NOT NULL, -- 0 for no limit
    entity              text COLLATE "C", -- what the identity provider calls itself
    default_redirection text COLLATE "C" NOT NULL, -- '' for none
    created_at          bigint NOT NULL,
    updated_at          bigint NOT NULL,
    version             bigint NOT NULL,
    sequence            bigint NOT NULL,
    sealed_key          text COLLATE "C" NOT NULL,
    sealed              bytea NOT NULL -- metadata and onboarding
);
CREATE INDEX sso_connections_by_root ON sso_connections (root, environment, created_at, id, organization);
CREATE INDEX sso_connections_by_organization ON sso_connections (organization);
CREATE INDEX sso_connections_by_entity ON sso_connections (root, environment, entity) WHERE entity IS NOT NULL;

CREATE TABLE redirections (
    id               text COLLATE "C" NOT NULL PRIMARY KEY,
    organization     text COLLATE "C" NOT NULL,
    environment      text COLLATE "C" NOT NULL,
    root             text COLLATE "C" NOT NULL,
    connection       text COLLATE "C" NOT NULL REFERENCES sso_connections (id) ON DELETE CASCADE,
    service_provider text COLLATE "C" NOT NULL,
    application      text COLLATE "C" NOT NULL,
    uri              text COLLATE "C" NOT NULL,
    created_at       bigint NOT NULL,
    updated_at       bigint NOT NULL
);
CREATE INDEX redirections_by_connection ON redirections (connection);
CREATE INDEX redirections_by_application ON redirections (application);

CREATE TABLE invitations (
    hash         bytea NOT NULL PRIMARY KEY, -- SHA-256
    organization text COLLATE "C" NOT NULL,
    environment  text COLLATE "C" NOT NULL,
    connection   text COLLATE "C" NOT NULL REFERENCES sso_connections (id) ON DELETE CASCADE,
    visit        smallint NOT NULL, -- it is a browser's, and no link's
    email        bytea NOT NULL, -- SHA-256
    created_at   bigint NOT NULL,
    expires_at   bigint NOT NULL
);
CREATE INDEX invitations_by_connection ON invitations (connection);
CREATE INDEX invitations_by_expiry ON invitations (expires_at);

-- Of one organization and purpose one key at a time signs. The deployment's own keys have no organization.
CREATE TABLE signing_keys (
    id           text COLLATE "C" NOT NULL PRIMARY KEY,
    organization text COLLATE "C" NOT NULL,
    environment  text COLLATE "C" NOT NULL, -- always the same: keys serve both
    purpose      text COLLATE "C" NOT NULL,
    certificate  bytea NOT NULL, -- X.509, DER
    created_at   bigint NOT NULL,
    retired_at   bigint,
    sealed_key   text COLLATE "C" NOT NULL,
    sealed       bytea NOT NULL -- the private half
);
CREATE UNIQUE INDEX signing_keys_active ON signing_keys (organization, purpose) WHERE retired_at IS NULL;
CREATE INDEX signing_keys_by_organization ON signing_keys (organization, purpose, created_at);
