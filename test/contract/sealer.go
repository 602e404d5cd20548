package contract

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// TestSealer holds a sealer to the promises of [outbound.Sealer]. Each call of open gives one of its own.
func TestSealer(t *testing.T, open func(t *testing.T) outbound.Sealer) {
	place := outbound.Place{
		Scope:  organization.Scope{Organization: "acme", Environment: organization.Production},
		Record: "account/12", Field: "number",
	}

	t.Run("what was sealed for a place opens there", func(t *testing.T) {
		s := open(t)
		for _, clear := range [][]byte{nil, {0}, []byte("a"), []byte("någonting hemligt"), bytes.Repeat([]byte{7}, 1<<16)} {
			sealed, key, err := s.Seal(t.Context(), place, clear)
			if err != nil {
				t.Fatal(err)
			}
			if key == "" || key != s.Newest() {
				t.Errorf("sealed with key %q, the newest is %q", key, s.Newest())
			}
			if got, err := s.Open(t.Context(), place, sealed); err != nil || !bytes.Equal(got, clear) {
				t.Errorf("%d bytes sealed, %d opened, %v", len(clear), len(got), err)
			}
		}
	})

	t.Run("a sealed value shows nothing of what it holds, and no two are alike", func(t *testing.T) {
		s := open(t)
		secret := []byte("a secret that is long enough not to turn up by chance")
		first, second := seal(t, s, place, secret), seal(t, s, place, secret)
		if bytes.Equal(first, second) {
			t.Error("the same thing sealed twice looks the same")
		}
		for n := 4; n <= len(secret); n++ {
			if bytes.Contains(first, secret[:n]) {
				t.Fatalf("the first %d bytes stand in the sealed value", n)
			}
		}
	})

	t.Run("what was sealed for one place opens at no other", func(t *testing.T) {
		s := open(t)
		sealed := seal(t, s, place, []byte("secret"))
		elsewhere := map[string]func(*outbound.Place){
			"as another organization":             func(p *outbound.Place) { p.Scope.Organization = "other" },
			"in the other environment":            func(p *outbound.Place) { p.Scope.Environment = organization.Sandbox },
			"in another record":                   func(p *outbound.Place) { p.Record = "account/13" },
			"in another field":                    func(p *outbound.Place) { p.Field = "email" },
			"nowhere":                             func(p *outbound.Place) { *p = outbound.Place{} },
			"with record and field swapped":       func(p *outbound.Place) { p.Record, p.Field = p.Field, p.Record },
			"with the names cut elsewhere":        func(p *outbound.Place) { p.Record, p.Field = "account/1", "2number" },
			"with a letter moved to the scope":    func(p *outbound.Place) { p.Scope.Organization, p.Record = "acmea", "ccount/12" },
			"with environment joined to the name": func(p *outbound.Place) { p.Scope.Organization, p.Scope.Environment = "acmeproduction", "" },
			"with capitals":                       func(p *outbound.Place) { p.Record = strings.ToUpper(p.Record) },
		}
		for name, move := range elsewhere {
			t.Run(name, func(t *testing.T) {
				other := place
				move(&other)
				broken(t, s, other, sealed)
			})
		}
	})

	t.Run("two sealed values that change places open at neither", func(t *testing.T) {
		s := open(t)
		there := place
		there.Record = "account/13"
		here, moved := seal(t, s, place, []byte("one")), seal(t, s, there, []byte("two"))
		broken(t, s, place, moved)
		broken(t, s, there, here)
	})

	t.Run("a single changed bit breaks the seal", func(t *testing.T) {
		s := open(t)
		sealed := seal(t, s, place, []byte("19121212-1212 in the clear, if only one could read it"))
		for i := range sealed {
			for bit := range 8 {
				changed := bytes.Clone(sealed)
				changed[i] ^= 1 << bit
				broken(t, s, place, changed)
			}
		}
	})

	t.Run("a piece of a sealed value, or more than it, is broken", func(t *testing.T) {
		s := open(t)
		sealed := seal(t, s, place, []byte("secret"))
		for n := range sealed {
			broken(t, s, place, sealed[:n])
		}
		broken(t, s, place, append(bytes.Clone(sealed), 0))
		broken(t, s, place, append(bytes.Clone(sealed), sealed...))
		broken(t, s, place, []byte("19121212-1212"))
	})

	t.Run("what another keyring sealed does not open", func(t *testing.T) {
		broken(t, open(t), place, seal(t, open(t), place, []byte("secret")))
	})
}

func seal(t *testing.T, s outbound.Sealer, place outbound.Place, clear []byte) []byte {
	t.Helper()
	sealed, _, err := s.Seal(t.Context(), place, clear)
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

// broken expects ErrSealBroken, and that neither the error nor what lies behind it tells anything sealed.
func broken(t *testing.T, s outbound.Sealer, place outbound.Place, sealed []byte) {
	t.Helper()
	clear, err := s.Open(t.Context(), place, sealed)
	if !errors.Is(err, outbound.ErrSealBroken) || clear != nil {
		t.Fatalf("opened %d bytes: %v", len(clear), err)
	}
	for e := err; e != nil; e = errors.Unwrap(e) {
		if text := fmt.Sprintf("%s %+v", e, e); strings.Contains(text, "the clear") || strings.Contains(text, "secret") {
			t.Fatalf("the error tells what was sealed: %s", text)
		}
	}
}
