-- +goose Up

-- Organizations that manage others, and the people in their directories. Lists are read page by page: what is skipped is
-- skipped in an index that holds all that the list is found and sorted by.

ALTER TABLE organizations ADD COLUMN root text COLLATE "C" NOT NULL DEFAULT ''; -- who manages it: itself for a root
ALTER TABLE organizations ADD COLUMN details text COLLATE "C" NOT NULL DEFAULT ''; -- JSON, '' for none
ALTER TABLE organizations ADD COLUMN updated_at bigint NOT NULL DEFAULT 0;
ALTER TABLE organizations ADD COLUMN version bigint NOT NULL DEFAULT 1;
ALTER TABLE organizations ADD COLUMN sequence bigint NOT NULL DEFAULT 1;
UPDATE organizations SET root = id, updated_at = created_at;
CREATE INDEX organizations_by_root ON organizations (root, created_at, id);

-- Under which root a domain was taken. That its organization is there no more says that it was deleted.
ALTER TABLE reserved_domains ADD COLUMN root text COLLATE "C" NOT NULL DEFAULT '';
UPDATE reserved_domains SET root = organization;

CREATE TABLE users (
    id           text COLLATE "C" NOT NULL PRIMARY KEY,
    organization text COLLATE "C" NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    environment  text COLLATE "C" NOT NULL,
    created_at   bigint NOT NULL,
    updated_at   bigint NOT NULL,
    version      bigint NOT NULL,
    sequence     bigint NOT NULL,
    sealed_key   text COLLATE "C" NOT NULL,
    sealed       bytea NOT NULL -- colour and profile
);
CREATE INDEX users_by_scope ON users (organization, environment, created_at, id);
CREATE INDEX users_by_update ON users (organization, environment, updated_at, id);

-- Who has an e-mail address, under every living fingerprint key.
CREATE TABLE user_emails (
    organization text COLLATE "C" NOT NULL,
    environment  text COLLATE "C" NOT NULL,
    key_id       text COLLATE "C" NOT NULL,
    fingerprint  bytea NOT NULL,
    user_id      text COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    PRIMARY KEY (organization, environment, key_id, fingerprint)
);
CREATE INDEX user_emails_by_user ON user_emails (user_id, key_id);

CREATE TABLE metakeys (
    id           text COLLATE "C" NOT NULL PRIMARY KEY,
    organization text COLLATE "C" NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    environment  text COLLATE "C" NOT NULL,
    name         text COLLATE "C" NOT NULL,
    type         text COLLATE "C" NOT NULL,
    required     smallint NOT NULL,
    created_at   bigint NOT NULL,
    sequence     bigint NOT NULL,
    UNIQUE (organization, environment, name)
);
CREATE INDEX metakeys_by_scope ON metakeys (organization, environment, created_at, id);

CREATE TABLE user_metadata (
    organization text COLLATE "C" NOT NULL,
    environment  text COLLATE "C" NOT NULL,
    user_id      text COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    metakey      text COLLATE "C" NOT NULL REFERENCES metakeys (id) ON DELETE CASCADE,
    id           text COLLATE "C" NOT NULL,
    position     bigint NOT NULL, -- in which order they were set first
    sealed_key   text COLLATE "C" NOT NULL,
    sealed       bytea NOT NULL, -- the value
    PRIMARY KEY (user_id, metakey)
);
CREATE INDEX user_metadata_by_metakey ON user_metadata (metakey);

-- Pages of the trail, also of some kinds or subjects, skip within the index.
DROP INDEX facts_by_scope;
CREATE INDEX facts_by_scope ON facts (organization, environment, position, kind, subject);
