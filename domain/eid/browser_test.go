package eid_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/eidgate/eidgate/domain/eid"
)

func TestASessionRemembersTheBrowserThatCameFirst(t *testing.T) {
	s := opens(t, undecided(eid.SEBankID, eid.DKMitID))
	first := eid.Browser{Name: "one", Cookieless: true, Address: "192.0.2.7", Agent: strings.Repeat("å", 300) + "\xff"}
	if facts, err := s.Bind(first, start); err != nil || len(facts) != 1 || len(facts[0].Details) != 0 {
		t.Fatalf("told %v, %v", facts, err)
	}
	b := s.Snapshot().Browser
	if b.Name != "one" || !b.Cookieless || b.Address != "192.0.2.7" || b.Agent != strings.Repeat("å", 256) {
		t.Errorf("it is remembered with %d letters", utf8.RuneCountInString(b.Agent))
	}
	if facts, err := s.Bind(eid.Browser{Name: "one", Address: "192.0.2.8"}, start); err != nil || facts != nil || s.Snapshot().Browser != b {
		t.Errorf("again: told %v, %v", facts, err)
	}
	if _, err := s.Bind(eid.Browser{Name: "two"}, start); !errors.Is(err, eid.ErrOtherBrowser) {
		t.Errorf("another one: %v", err)
	}
	short := opens(t, undecided(eid.SEBankID, eid.DKMitID))
	if _, err := short.Bind(eid.Browser{Name: "one", Agent: "browser/\xff1"}, start); err != nil || short.Snapshot().Browser.Agent != "browser/1" {
		t.Errorf("what is no text is kept: %v", err)
	}
	if _, err := opens(t, order()).Bind(first, start.Add(time.Hour)); !errors.Is(err, eid.ErrExpired) {
		t.Errorf("after its time: %v", err)
	}
}

func TestTheProofIsThatOfOneBrowserOfOneSession(t *testing.T) {
	s := eid.Snapshot{ID: "s1", Nonce: "nonce"}
	if s.Proof() != "" || s.Proven("") {
		t.Error("what belongs to no browser is proven")
	}
	s.Browser.Name = "one"
	proof := s.Proof()
	if !regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`).MatchString(proof) || !s.Proven(proof) || s.Proof() != proof {
		t.Error("the proof has another form, or does not hold")
	}
	later := s
	later.State, later.Version, later.Browser.Address = eid.Completed, 9, "192.0.2.7"
	if !later.Proven(proof) {
		t.Error("it holds no more when the session goes on")
	}
	for what, other := range map[string]eid.Snapshot{
		"another session": {ID: "s2", Nonce: "nonce", Browser: s.Browser}, "another nonce": {ID: "s1", Nonce: "other", Browser: s.Browser},
		"another browser": {ID: "s1", Nonce: "nonce", Browser: eid.Browser{Name: "two"}}, "no browser": {ID: "s1", Nonce: "nonce"},
	} {
		if other.Proven(proof) {
			t.Errorf("it holds for %s", what)
		}
	}
	for _, wrong := range []string{"", proof[:42], proof + "A", strings.ToLower(proof) + "x"} {
		if s.Proven(wrong) {
			t.Error("another text holds")
		}
	}
}
