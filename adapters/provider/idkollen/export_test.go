package idkollen

import (
	"time"

	"github.com/eidgate/eidgate/domain/eid"
)

// Read reads a result of the order "a" of the session "s" as far as its evidence; ok is false where it has none.
func Read(raw []byte, e eid.EID, now time.Time) (got eid.Evidence, ok bool, err error) {
	t := thread{ID: "a", Session: "s", EID: e}
	r, err := readResult(raw, t)
	if err != nil || r.status != completed {
		return eid.Evidence{}, false, err
	}
	got, err = r.evidence(t, now)
	return got, err == nil, err
}
