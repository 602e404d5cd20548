-- +goose Up

-- How sessions ended, by time: usage is counted from it. No other fact has a place in it, so most are written as fast as
-- before.
CREATE INDEX facts_settled ON facts (at)
    WHERE kind IN ('session.completed', 'session.refused', 'session.failed', 'session.expired');
