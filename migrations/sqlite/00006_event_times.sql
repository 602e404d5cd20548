-- +goose Up

-- Pages of the trail skip within the index, also when they are narrowed by time.
DROP INDEX facts_by_scope;
CREATE INDEX facts_by_scope ON facts (organization, environment, position, kind, subject, at);
