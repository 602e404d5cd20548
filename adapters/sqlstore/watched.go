package sqlstore

import (
	"context"
	"encoding/hex"
	"encoding/json"

	"github.com/eidgate/eidgate/domain/eid"
)

// However many sessions are watched, one statement of one text asks for them, and so it stays prepared: hashes of tickets
// and versions go out as one argument, a JSON object. Each dialect takes it apart in its own way, and is told to look the
// sessions up one by one, whatever it believes to know of the object.

const (
	sessionsWatchedSQLite = `SELECT ` + sessionFields + `
		FROM (SELECT unhex(key) AS hash, value AS known FROM json_each(?)) AS k
		CROSS JOIN sessions ON ticket = k.hash AND version <> k.known`
	sessionsWatchedPostgres = `SELECT ` + sessionFields + `
		FROM json_each_text(CAST(? AS json)) AS k (hash, known) CROSS JOIN LATERAL (
			SELECT ` + sessionFields + ` FROM sessions WHERE ticket = decode(k.hash, 'hex') AND version <> CAST(k.known AS bigint) LIMIT 1
		) AS s`
)

// Watched is no statement at all for no tickets.
func (s sessions) Watched(ctx context.Context, known map[string]int64) ([]*eid.Session, error) {
	hashes := make(map[string]int64, len(known))
	for ticket, version := range known {
		if hash, ok := hashed(ticket).([]byte); ok {
			hashes[hex.EncodeToString(hash)] = version
		}
	}
	if len(hashes) == 0 {
		return nil, nil
	}
	asked, err := json.Marshal(hashes)
	if err != nil {
		return nil, err
	}
	rows, err := all[sessionRow](ctx, s.l, s.l.store.dialect.watching, string(asked))
	if err != nil {
		return nil, err
	}
	return s.sound(ctx, rows)
}
