package attacks

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"testing"

	"github.com/eidgate/eidgate/app/organization"
	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/eid"
	domain "github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// spellings are the ways in which a secret could stand in what was sent.
func spellings(secret string) []string {
	return []string{
		secret, url.QueryEscape(secret), url.PathEscape(secret), hex.EncodeToString([]byte(secret)), base64.StdEncoding.EncodeToString([]byte(secret)),
		base64.RawURLEncoding.EncodeToString([]byte(secret)), reversed(secret),
	}
}

func reversed(s string) string {
	runes := []rune(s)
	for i, j := 0, len(runes)-1; i < j; i, j = i+1, j-1 {
		runes[i], runes[j] = runes[j], runes[i]
	}
	return string(runes)
}

func (g *gateway) demoScope(t *testing.T) (scope domain.Scope) {
	t.Helper()
	err := g.work.View(t.Context(), func(ctx context.Context, r outbound.Reader) error {
		o, err := r.Organizations().FindByDomain(ctx, organization.DemoDomain)
		scope = o.Scope(domain.Production)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return scope
}

// session is an operation of the demo organization's as it is stored.
func (g *gateway) session(t *testing.T, o began) (s eid.Snapshot) {
	t.Helper()
	scope := g.demoScope(t)
	err := g.work.View(t.Context(), func(ctx context.Context, r outbound.Reader) error {
		found, err := r.Sessions().Find(ctx, scope, o.ID)
		if err == nil {
			s = found.Snapshot()
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// facts are the demo organization's of a kind.
func (g *gateway) facts(t *testing.T, kind string) (found []audit.Told) {
	t.Helper()
	scope := g.demoScope(t)
	err := g.work.View(t.Context(), func(ctx context.Context, r outbound.Reader) error {
		all, err := r.Facts().List(ctx, scope, 0, 10_000)
		for _, f := range all {
			if f.Kind == kind {
				found = append(found, f)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
