package organization_test

import (
	"context"
	"crypto/rand"
	"sync"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/signer"
	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/app/organization"
	"github.com/eidgate/eidgate/domain/audit"
	domain "github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/clock"
)

// bureau is everything that management clients ask for, over SQLite, with two roots and a customer of each.
type bureau struct {
	*organization.Registry
	clock                         *clock.Manual
	management                    *organization.Management
	organizations                 *organization.Organizations
	directory                     *organization.Directory
	applications                  *organization.Applications
	feeds                         *organization.Feeds
	root, stranger, acme, foreign domain.Organization
}

func newBureau(t *testing.T) *bureau {
	t.Helper()
	r := newRegistry(t)
	b := &bureau{Registry: r, clock: clock.At(time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC))}
	r.Clock = b.clock
	b.management = b.process()
	b.organizations = &organization.Organizations{Work: r.Work, Clock: b.clock, IDs: r.IDs, Random: r.Random}
	b.directory = &organization.Directory{Work: r.Work, Clock: b.clock, IDs: r.IDs, Random: r.Random}
	b.applications = &organization.Applications{Work: r.Work, Clock: b.clock, IDs: r.IDs}
	b.feeds = &organization.Feeds{Organizations: b.organizations, Directory: b.directory}
	for name, o := range map[string]*domain.Organization{"Root AB": &b.root, "Stranger AB": &b.stranger} {
		var err error
		if *o, err = r.Found(t.Context(), name, nil); err != nil {
			t.Fatal(err)
		}
	}
	b.acme = b.found(t, b.root, "Acme AB")
	b.foreign = b.found(t, b.stranger, "Foreign AB")
	return b
}

// process is what another process of the deployment has in memory.
func (b *bureau) process() *organization.Management {
	keys := thrifty{signer.New(b.clock, rand.Reader)}
	return &organization.Management{
		Work: b.Work, Clock: b.clock, IDs: b.IDs, Signer: keys, PublicURL: "https://gate.example",
		Signing: &organization.Signing{Work: b.Work, Clock: b.clock, IDs: b.IDs, Signer: keys},
	}
}

// thrifty hands out one pair of halves under many names: making them takes long.
type thrifty struct{ outbound.Signer }

var halves = sync.OnceValues(func() (pair [2][]byte, err error) {
	pair[0], pair[1], err = signer.New(system.Clock{}, rand.Reader).Make(context.Background(), outbound.CertificateSubject{CommonName: "test", Years: 50})
	return pair, err
})

func (thrifty) Make(context.Context, outbound.CertificateSubject) (private, certificate []byte, err error) {
	pair, err := halves()
	return pair[0], pair[1], err
}

// found makes an organization as a client of a root's sandbox does.
func (b *bureau) found(t *testing.T, root domain.Organization, name string) domain.Organization {
	t.Helper()
	o, err := b.organizations.Found(t.Context(), managing(root, root, domain.Sandbox), name, domain.Details{Country: "SE"})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// client enrols a client, and gives its identifier and secret.
func (b *bureau) client(t *testing.T, o domain.Organization, e domain.Environment, scopes, domains []string) (domain.Client, inbound.Credentials) {
	t.Helper()
	c, secret, err := b.Enrol(t.Context(), organization.Enrolment{Domain: o.Domain, Environment: e, Kind: domain.KindManagement, Scopes: scopes, Domains: domains})
	if err != nil {
		t.Fatal(err)
	}
	return c, inbound.Credentials{Identifier: c.Identifier, Secret: secret}
}

// token is a new client's token.
func (b *bureau) token(t *testing.T, o domain.Organization, e domain.Environment, scopes, domains []string) (domain.Client, string) {
	t.Helper()
	c, credentials := b.client(t, o, e, scopes, domains)
	issued, err := b.management.Issue(t.Context(), credentials, "")
	if err != nil {
		t.Fatal(err)
	}
	return c, issued.Token
}

// here acts on the customer of the first root, in its sandbox.
func (b *bureau) here() domain.Managing { return managing(b.root, b.acme, domain.Sandbox) }

// elsewhere is everybody who must not find what is there.
func (b *bureau) elsewhere() map[string]domain.Managing {
	return map[string]domain.Managing{
		"the other environment":    managing(b.root, b.acme, domain.Production),
		"the root itself":          managing(b.root, b.root, domain.Sandbox),
		"another root's customer":  managing(b.stranger, b.foreign, domain.Sandbox),
		"another root":             managing(b.stranger, b.stranger, domain.Sandbox),
		"what is no organization":  managing(b.root, domain.Organization{}, domain.Sandbox),
		"another root's, and live": managing(b.stranger, b.foreign, domain.Production),
	}
}

// everyUser lists a scope.
var everyUser = domain.Listing{Limit: 100}

// facts are a scope's, oldest first.
func (b *bureau) facts(t *testing.T, scope domain.Scope) (list []audit.Told) {
	t.Helper()
	view(t, b.Registry, func(ctx context.Context, r outbound.Reader) (err error) {
		list, err = r.Facts().List(ctx, scope, 0, 1000)
		return err
	})
	return list
}

// kindsOf are the kinds of a scope's facts, oldest first.
func (b *bureau) kindsOf(t *testing.T, scope domain.Scope) (kinds []string) {
	t.Helper()
	for _, f := range b.facts(t, scope) {
		kinds = append(kinds, f.Kind)
	}
	return kinds
}
