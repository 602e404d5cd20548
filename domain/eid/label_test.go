package eid_test

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
)

func TestWhatTheOrganizationCallsItsSessionGoesWithItsBeginningAndItsEnd(t *testing.T) {
	o := order()
	o.Tags, o.Usage = []string{"campaign", `with "quotes" & <marks>`}, "department 7"
	s, begun, err := eid.Open("s1", "nonce", o, start, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	began, err := s.Present("p", eid.Challenge{}, nil, start)
	if err != nil {
		t.Fatal(err)
	}
	if d := began[0].Details; d["tags"] != "" || d["usage"] != "" {
		t.Errorf("in between it is told %v", d)
	}
	ended, err := s.Refuse(eid.ReasonDeclined, start)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range []map[string]string{begun[0].Details, ended[0].Details} {
		var tags []string
		if err := json.Unmarshal([]byte(d["tags"]), &tags); err != nil || !slices.Equal(tags, o.Tags) || d["usage"] != o.Usage {
			t.Errorf("told %v: %v", d, err)
		}
	}
	_, plain, err := eid.Open("s2", "nonce", order(), start, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"tags", "usage"} {
		if _, there := plain[0].Details[name]; there {
			t.Errorf("%s that nobody gave are told", name)
		}
	}
}

func TestNoLabelIsANationalNumber(t *testing.T) {
	// Of invented people, too: Swedish (as typed, and with an invented one's number), Norwegian, Danish and Finnish ones.
	for i, number := range []string{"199001012385", "900101-2385", "01010750160", "131052-308T", "ssn=199001012385", "customer 900101-2385, again", "a/131052-308T/b"} {
		tagged, counted := order(), order()
		tagged.Tags, counted.Usage = []string{"fine", number}, number
		for field, o := range map[string]eid.Order{"tags": tagged, "usage": counted} {
			if _, _, err := eid.Open("s1", "nonce", o, start, time.Minute); !errors.Is(err, eid.ErrLabel) {
				t.Errorf("number %d passes as %s: %v", i, field, err)
			}
		}
	}
	o := order()
	o.Tags, o.Usage = []string{"", "2026-06", "199001012384", "900101-2384 of 2026"}, "4711"
	if _, _, err := eid.Open("s1", "nonce", o, start, time.Minute); err != nil {
		t.Errorf("what is no number: %v", err)
	}
}
