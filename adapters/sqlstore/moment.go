package sqlstore

import (
	"database/sql"
	"time"
)

// Times are kept as whole microseconds since 1970, because databases disagree on finer ones and on locations.

// micros is a time as it is kept. The zero time comes back as the zero time.
func micros(t time.Time) int64 { return t.UnixMicro() }

// instant is a kept time, in UTC.
func instant(micros int64) time.Time { return time.UnixMicro(micros).UTC() }

// maybe is a time that may be missing: zero is kept as NULL.
func maybe(t time.Time) sql.NullInt64 { return sql.NullInt64{Int64: t.UnixMicro(), Valid: !t.IsZero()} }

// instantOr is a kept time that may be missing.
func instantOr(n sql.NullInt64) time.Time {
	if !n.Valid {
		return time.Time{}
	}
	return instant(n.Int64)
}

// truth is a yes or no as it is kept.
func truth(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
