package organization_test

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/limits"
	"github.com/eidgate/eidgate/adapters/mail"
	"github.com/eidgate/eidgate/adapters/saml"
	"github.com/eidgate/eidgate/adapters/signer"
	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/app/organization"
	"github.com/eidgate/eidgate/domain/audit"
	domain "github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/clock"
)

// pillar is the mailbox of whoever develops, which may be out of order.
type pillar struct {
	*mail.Mailbox
	broken  error
	posting func()          // while a letter is on its way
	posted  outbound.Letter // as it came, before the mailbox makes it harmless
}

func (p *pillar) Send(ctx context.Context, l outbound.Letter) error {
	if p.posting != nil {
		p.posting()
	}
	if p.broken != nil {
		return p.broken
	}
	p.posted = l
	return p.Mailbox.Send(ctx, l)
}

var linkPattern = regexp.MustCompile(`https://gate\.example/onboarding/([A-Za-z0-9]{43})\n`)

// newest is the newest letter.
func (p *pillar) newest(t *testing.T) outbound.Letter {
	t.Helper()
	letters := p.List()
	if len(letters) == 0 {
		t.Fatal("no letter was sent")
	}
	return letters[0].Letter
}

// link is the secret in the newest letter.
func (p *pillar) link(t *testing.T) string {
	t.Helper()
	found := linkPattern.FindStringSubmatch(p.newest(t).Text)
	if found == nil {
		t.Fatal("the letter has no link")
	}
	return found[1]
}

func (p *pillar) count() int { return len(p.List()) }

// office is everything about connections, over SQLite.
type office struct {
	*organization.Registry
	clock       *clock.Manual
	post        *pillar
	invitations *organization.Invitations
	connections *organization.Connections
	onboarding  *organization.Onboarding
	tokens      *organization.IssuedTokens
	root        domain.Organization
}

func newOffice(t *testing.T) *office {
	t.Helper()
	r := newRegistry(t)
	o := &office{Registry: r, clock: clock.At(time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC))}
	r.Clock, o.post = o.clock, &pillar{Mailbox: mail.NewMailbox(o.clock, r.IDs)}
	metadata := saml.New(saml.Config{}, o.clock)
	keys := signer.New(o.clock, rand.Reader)
	signing := &organization.Signing{Work: r.Work, Clock: o.clock, IDs: r.IDs, Signer: keys}
	o.invitations = &organization.Invitations{
		Work: r.Work, Clock: o.clock, Random: r.Random, Limiter: limits.NewMemory(o.clock, []byte(strings.Repeat("s", 32)), 1000), Letterbox: o.post, PublicURL: "https://gate.example",
	}
	o.connections = &organization.Connections{Work: r.Work, Clock: o.clock, IDs: system.IDs{}, Metadata: metadata, Invitations: o.invitations}
	o.onboarding = &organization.Onboarding{
		Work: r.Work, Clock: o.clock, Random: r.Random, Metadata: metadata,
		Services: &organization.Services{Signing: signing, Metadata: metadata, PublicURL: "https://gate.example"},
	}
	o.tokens = &organization.IssuedTokens{Work: r.Work, Clock: o.clock, IDs: r.IDs, Signer: keys, Signing: signing, PublicURL: "https://gate.example"}
	var err error
	if o.root, err = r.Found(t.Context(), "Root AB", nil); err != nil {
		t.Fatal(err)
	}
	return o
}

// customer founds an organization under a root.
func (o *office) customer(t *testing.T, root domain.Organization, name, country string) domain.Organization {
	t.Helper()
	made, facts, err := domain.Found(domain.Founding{ID: o.IDs.New(), Root: root.ID, Name: name, Details: domain.Details{Country: country}}, o.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	err = o.Work.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error {
		if err := tx.Organizations().Add(ctx, made); err != nil {
			return err
		}
		return tx.Facts().Append(ctx, facts...)
	})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// managing is a client of a root that acts on an organization.
func managing(root, target domain.Organization, e domain.Environment) domain.Managing {
	return domain.Managing{Client: domain.Client{ID: "c-" + root.Domain, Scope: root.Scope(e)}, Root: root, Target: target}
}

// acme is a customer of the root's, and the root's client in the sandbox acting on it.
func (o *office) acme(t *testing.T) domain.Managing {
	t.Helper()
	return managing(o.root, o.customer(t, o.root, "Acme AB", "SE"), domain.Sandbox)
}

// application registers software of the target's.
func (o *office) application(t *testing.T, m domain.Managing, address string) domain.Application {
	t.Helper()
	a, facts, err := domain.Register(o.IDs.New(), m.Scope(), domain.ApplicationSettings{
		Name: "App", Type: "react", RedirectURLs: []string{address, address + "/second"}, LogoutURLs: []string{address},
		CORSOrigins: []string{address}, WebOrigins: []string{address},
	}, m.By(), o.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	err = o.Work.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error {
		if a, err = tx.Applications().Save(ctx, a); err != nil {
			return err
		}
		return tx.Facts().Append(ctx, facts...)
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// facts are the scope's facts about a subject, oldest first.
func (o *office) facts(t *testing.T, scope domain.Scope, subject string) (list []audit.Told) {
	t.Helper()
	view(t, o.Registry, func(ctx context.Context, r outbound.Reader) error {
		all, err := r.Facts().List(ctx, scope, 0, 1000)
		for _, f := range all {
			if f.Subject == subject {
				list = append(list, f)
			}
		}
		return err
	})
	return list
}

// wantFacts compares a connection's facts from the beginning on.
func (o *office) wantFacts(t *testing.T, c domain.Connection, want ...string) {
	t.Helper()
	var got []string
	for _, f := range o.facts(t, c.Scope, "sso_connection/"+c.ID) {
		got = append(got, strings.TrimPrefix(f.Kind, "sso_connection."))
	}
	if !slices.Equal(got, want) {
		t.Errorf("the trail tells %v, want %v", got, want)
	}
}

// links counts the living and dead links and visits of a connection.
func (o *office) links(t *testing.T, c domain.Connection) (n int) {
	t.Helper()
	undo := errors.New("only to count")
	err := o.Work.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) (err error) {
		if n, err = tx.Invitations().RevokeOf(ctx, c.Scope, c.ID); err == nil {
			err = undo
		}
		return err
	})
	if !errors.Is(err, undo) {
		t.Fatal(err)
	}
	return n
}

var certificate = sync.OnceValues(func() ([]byte, error) {
	_, c, err := signer.New(system.Clock{}, rand.Reader).Make(context.Background(), outbound.CertificateSubject{CommonName: "idp", Years: 50})
	return c, err
})

// idp is the metadata of an identity provider.
func (o *office) idp(t *testing.T, entity string) string {
	t.Helper()
	c, err := certificate()
	if err != nil {
		t.Fatal(err)
	}
	return `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="` + entity + `">` +
		`<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><KeyDescriptor use="signing">` +
		`<KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>` + base64.StdEncoding.EncodeToString(c) +
		`</X509Certificate></X509Data></KeyInfo></KeyDescriptor>` +
		`<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="` + entity + `/sso"/></IDPSSODescriptor></EntityDescriptor>`
}

// each does something many times at once, and counts the successes. Every failure must be the given one.
func each(t *testing.T, n int, refusal error, do func() error) (succeeded int) {
	t.Helper()
	var all sync.WaitGroup
	var mu sync.Mutex
	for range n {
		all.Go(func() {
			err := do()
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				succeeded++
			} else if !errors.Is(err, refusal) {
				t.Errorf("got %v", err)
			}
		})
	}
	all.Wait()
	return succeeded
}
