package sqlstore

import (
	"errors"

	"github.com/eidgate/eidgate/ports/outbound"
)

// errBetween: another unit of work took what this one was about to write; it is run again. Who gives up on it is
// told that storage is overloaded.
var errBetween = outbound.ErrStorage.Because(errors.New("sqlstore: others kept getting in between"))

// versioned is an account or a session: a record that is saved whole, at a version.
type versioned interface{ Saved(version int64) }

// read notes the version at which a record was found in a transaction.
func (l *link) read(subject string, version int64) {
	if l.tx == nil {
		return
	}
	if l.found == nil {
		l.found = map[string]int64{}
	}
	l.found[subject] = version
}

// kept tells a record its new version, and takes that back if the transaction is undone.
func (l *link) kept(subject string, r versioned, was int64) {
	r.Saved(was + 1)
	l.undo = append(l.undo, func() { r.Saved(was) })
	l.read(subject, was+1)
}

// outdated notes that a record had changed when it was saved. If this very transaction had read it, somebody got in
// between, and running again on fresh state helps.
func (l *link) outdated(subject string, version int64) {
	if at, ok := l.found[subject]; ok && at == version {
		l.stale = true
	}
}
