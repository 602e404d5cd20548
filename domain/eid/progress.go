package eid

import (
	"bytes"
	"reflect"
	"strings"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
)

// Invite gives the session an unguessable ticket and, on the channel Page, the address of its page. Such a session stays
// opened until the person comes: no provider is asked before.
func (s *Session) Invite(ticket string, address string) {
	s.s.Ticket = ticket
	if address != "" {
		s.s.Challenge = Challenge{URL: address}
	}
}

// Bind makes the session that of one browser. Binding it to the same one again changes nothing. It fails with
// [ErrOtherBrowser], [ErrSettled] or [ErrExpired].
func (s *Session) Bind(b Browser, now time.Time) ([]audit.Fact, error) {
	switch err := s.alive(now); {
	case s.s.Browser.Name != "" && s.s.Browser.Name != b.Name:
		return nil, ErrOtherBrowser
	case err != nil:
		return nil, err
	case s.s.Browser.Name != "":
		return nil, nil
	}
	agent := []rune(strings.ToValidUTF8(b.Agent, ""))
	b.Agent = string(agent[:min(len(agent), mostAgent)])
	s.s.Browser = b
	return s.tell("session.bound", now, nil), nil
}

const mostAgent = 256

// Wait says when the provider may be asked again; zero where nobody has to ask it by the clock.
func (s *Session) Wait(until time.Time) { s.s.Due = until }

// Hint notes how far the person is as the order is placed; from then on see [Session.Proceed].
func (s *Session) Hint(h Hint) { s.s.Hint = h }

// Progress is what a provider says of an order that goes on.
type Progress struct {
	Challenge *Challenge // nil for as before
	Hint      Hint       // "" for as before
	Thread    []byte     // nil for as before
}

// Proceed notes progress. changed is false when there is nothing to keep. It fails with [ErrSettled] or [ErrExpired].
func (s *Session) Proceed(p Progress, now time.Time) (facts []audit.Fact, changed bool, err error) {
	if err := s.alive(now); err != nil {
		return nil, false, err
	}
	if p.Challenge != nil && !reflect.DeepEqual(*p.Challenge, s.s.Challenge) {
		s.s.Challenge, changed = *p.Challenge, true
	}
	if p.Thread != nil && !bytes.Equal(p.Thread, s.s.Thread) {
		s.s.Thread, changed = p.Thread, true
	}
	if p.Hint != "" && p.Hint != s.s.Hint {
		s.s.Hint = p.Hint
		return s.tell("session.progressed", now, map[string]string{"hint": string(p.Hint)}), true, nil
	}
	return nil, changed, nil
}
