package signer

import (
	"errors"
	"fmt"
	"testing"
)

func TestAShelfParsesOnceAndIsBounded(t *testing.T) {
	s, parsed := newShelf[string](10), 0
	get := func(name, from string) string {
		value, err := s.get(name, []byte(from), func() (string, error) { parsed++; return "of " + from, nil })
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
	for range 3 {
		if get("a", "1") != "of 1" || parsed != 1 {
			t.Errorf("parsed %d times", parsed)
		}
	}
	if get("a", "2") != "of 2" || get("a", "1") != "of 1" || get("b", "1") != "of 1" || parsed != 4 {
		t.Error("a name gives what another value gave")
	}
	for i := range 100 {
		get(fmt.Sprint(i), "x")
	}
	if len(s.kept) != 10 {
		t.Errorf("%d are kept", len(s.kept))
	}
	broken := errors.New("broken")
	if _, err := s.get("c", nil, func() (string, error) { return "", broken }); !errors.Is(err, broken) {
		t.Error("a failure is swallowed")
	}
	if _, err := s.get("c", nil, func() (string, error) { return "", nil }); err != nil {
		t.Error("a failure is kept")
	}
}
