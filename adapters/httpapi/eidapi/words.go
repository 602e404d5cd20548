package eidapi

import (
	"bytes"
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/outbound"
)

const (
	statusPending   = "PENDING"
	statusCompleted = "COMPLETED"
	statusFailed    = "FAILED"
)

// errForeignSession: a session of another surface, or one that has not settled, has no words here.
var errForeignSession = fault.New(fault.Internal, "session_not_worded", "This session cannot be told in the words of the eID operations API.")

// word tells of a session as it stands; starting makes the difference only while it is pending.
func (t table) word(s eid.Snapshot, starting bool) sessionBody {
	b := sessionBody{ID: s.ID, RefID: s.Order.Correlation}
	switch s.State {
	case eid.Opened, eid.Pending:
		b.Status = statusPending
		if row := t.started(s.Order); row != nil && starting {
			row.began.word(&b, s)
		} else if row != nil {
			row.pending.word(&b, s)
		}
	case eid.Completed:
		b.Status = statusCompleted
		completed(s.Order.EID, s.Order.Operation).word(&b, s)
	default:
		b.Status = statusFailed
		failed.word(&b, s)
	}
	return b
}

// encode writes an answer, for a poll and a callback alike, so that both are the same bytes.
func encode(v any) []byte {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		panic(err) // a mistake of the program: every answer has a JSON form
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// Wording tells of settled sessions in callbacks, and sends people back. Its zero value is ready.
type Wording struct{}

var _ outbound.Wording = Wording{}

// Surface is the word by which orders remember the surface.
func (Wording) Surface() string { return Name }

// Word gives exactly what a poll answers. It fails for sessions of other surfaces and for those that have not settled.
func (Wording) Word(s eid.Snapshot) (contentType string, body []byte, err error) {
	if s.Order.Surface != Name || !s.State.Settled() {
		return "", nil, errForeignSession
	}
	return contentTypeJSON, encode(rows().word(s, false)), nil
}

// ReturnTo is the order's address, or the caller's app where the person's browser is on a phone and the caller named one,
// with id and, where the caller gave one, refId added to its query. It has no others of these names.
func (Wording) ReturnTo(s eid.Snapshot) string {
	address := s.Order.ReturnTo
	var a annex
	if err := json.Unmarshal(s.Order.Annex, &a); err == nil && a.AppCallbackURI != "" && s.Browser.Handheld() {
		address = a.AppCallbackURI
	}
	if address == "" {
		return ""
	}
	address, query, _ := strings.Cut(address, "?")
	kept := slices.DeleteFunc(strings.Split(query, "&"), func(pair string) bool {
		name, _, _ := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(name)
		return pair == "" || err == nil && (name == "id" || name == "refId")
	})
	kept = append(kept, "id="+url.QueryEscape(s.ID))
	if s.Order.Correlation != "" {
		kept = append(kept, "refId="+url.QueryEscape(s.Order.Correlation))
	}
	return address + "?" + strings.Join(kept, "&")
}
