-- +goose Up

-- Organizations that manage others, and the people in their directories. Lists are read page by page: what is skipped is
-- skipped in an index that holds all that the list is found and sorted by.

ALTER TABLE organizations ADD COLUMN root TEXT NOT NULL DEFAULT ''; -- who manages it: itself for a root
ALTER TABLE organizations ADD COLUMN details TEXT NOT NULL DEFAULT ''; -- JSON, '' for none
ALTER TABLE organizations ADD COLUMN updated_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE organizations ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE organizations ADD COLUMN sequence INTEGER NOT NULL DEFAULT 1;
UPDATE organizations SET root = id, updated_at = created_at;
CREATE INDEX organizations_by_root ON organizations (root, created_at, id);

-- Under which root a domain was taken. That its organization is there no more says that it was deleted.
ALTER TABLE reserved_domains ADD COLUMN root TEXT NOT NULL DEFAULT '';
UPDATE reserved_domains SET root = organization;

CREATE TABLE users (
    id           TEXT NOT NULL PRIMARY KEY,
    organization TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    environment  TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    version      INTEGER NOT NULL,
    sequence     INTEGER NOT NULL,
    sealed_key   TEXT NOT NULL,
    sealed       BLOB NOT NULL -- colour and profile
) STRICT;
CREATE INDEX users_by_scope ON users (organization, environment, created_at, id);
CREATE INDEX users_by_update ON users (organization, environment, updated_at, id);

-- Who has an e-mail address, under every living fingerprint key.
CREATE TABLE user_emails (
    organization TEXT NOT NULL,
    environment  TEXT NOT NULL,
    key_id       TEXT NOT NULL,
    fingerprint  BLOB NOT NULL,
    user_id      TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    PRIMARY KEY (organization, environment, key_id, fingerprint)
) STRICT, WITHOUT ROWID;
CREATE INDEX user_emails_by_user ON user_emails (user_id, key_id);

CREATE TABLE metakeys (
    id           TEXT NOT NULL PRIMARY KEY,
    organization TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    environment  TEXT NOT NULL,
    name         TEXT NOT NULL,
    type         TEXT NOT NULL,
    required     INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    sequence     INTEGER NOT NULL,
    UNIQUE (organization, environment, name)
) STRICT;
CREATE INDEX metakeys_by_scope ON metakeys (organization, environment, created_at, id);

CREATE TABLE user_metadata (
    organization TEXT NOT NULL,
    environment  TEXT NOT NULL,
    user_id      TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    metakey      TEXT NOT NULL REFERENCES metakeys (id) ON DELETE CASCADE,
    id           TEXT NOT NULL,
    position     INTEGER NOT NULL, -- in which order they were set first
    sealed_key   TEXT NOT NULL,
    sealed       BLOB NOT NULL, -- the value
    PRIMARY KEY (user_id, metakey)
) STRICT;
CREATE INDEX user_metadata_by_metakey ON user_metadata (metakey);

-- Pages of the trail, also of some kinds or subjects, skip within the index.
DROP INDEX facts_by_scope;
CREATE INDEX facts_by_scope ON facts (organization, environment, position, kind, subject);
