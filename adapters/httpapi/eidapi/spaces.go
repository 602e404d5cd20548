package eidapi

import (
	"slices"
	"sync"

	"github.com/eidgate/eidgate/domain/eid"
)

// space is where sessions of one sort are polled and cancelled, however they were started: an identifier of one space is
// unknown in every other.
type space struct {
	path       string // below /v3/{eID}/
	eid        eid.EID
	operations []eid.Operation
	completed  shape
	pending    []shape // of the sessions that may be found here
}

func (p space) pattern() string { return "/v3/" + words[p.eid] + "/" + p.path }

// kinds are the sorts of sessions that share their identifiers, by path.
var kinds = []struct {
	path       string
	operations []eid.Operation
}{
	{"auth", []eid.Operation{eid.Authenticate, eid.PhoneAuthenticate}},
	{"sign", []eid.Operation{eid.Sign, eid.PhoneSign}},
	{"age-verification", []eid.Operation{eid.ProveAge}},
}

// table is what the surface does, worked out once.
type table struct {
	starts []start
	spaces []space
}

// rows is the table. Nobody changes it.
var rows = sync.OnceValue(func() table {
	t := table{starts: starts()}
	for _, o := range t.starts {
		for _, k := range kinds {
			if !slices.Contains(k.operations, o.operation) {
				continue
			}
			at := slices.IndexFunc(t.spaces, func(p space) bool { return p.eid == o.eid && p.path == k.path })
			if at < 0 {
				at = len(t.spaces)
				t.spaces = append(t.spaces, space{path: k.path, eid: o.eid, operations: k.operations, completed: completed(o.eid, o.operation)})
			}
			if p := &t.spaces[at]; !slices.ContainsFunc(p.pending, func(s shape) bool { return s.schema == o.pending.schema }) {
				p.pending = append(p.pending, o.pending)
			}
		}
	}
	return t
})

// started finds the row that a session was started by, nil for none.
func (t table) started(o eid.Order) *start {
	for i := range t.starts {
		if row := &t.starts[i]; row.eid == o.EID && row.operation == o.Operation && row.channel == o.Channel {
			return row
		}
	}
	return nil
}

// completed says what is told of a completed session.
func completed(e eid.EID, operation eid.Operation) shape {
	switch {
	case operation == eid.ProveAge:
		return ageCompleted
	case e == eid.SEBankID:
		return swedishCompleted
	case e == eid.SEFreja:
		return frejaCompleted
	case operation == eid.Sign && e == eid.NOBankID:
		return norwegianSigned
	case operation == eid.Sign && e == eid.DKMitID:
		return danishSigned
	}
	return personCompleted
}
