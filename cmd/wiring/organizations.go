package wiring

import (
	"crypto/rand"

	"go.uber.org/fx"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/adapters/httpapi/orgapi"
	"github.com/eidgate/eidgate/adapters/httpapi/portal"
	"github.com/eidgate/eidgate/adapters/httpapi/sessionapi"
	"github.com/eidgate/eidgate/adapters/mail"
	"github.com/eidgate/eidgate/adapters/saml"
	"github.com/eidgate/eidgate/adapters/signer"
	"github.com/eidgate/eidgate/app/organization"
	"github.com/eidgate/eidgate/app/trail"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// organizations are the flows of back offices, with what they sign, send and read.
var organizations = fx.Provide(
	func(c outbound.Clock) outbound.Signer { return signer.New(c, rand.Reader) },
	newPost, func(p post) outbound.Letterbox { return p.letterbox },
	func(config Config, c outbound.Clock) outbound.ProviderMetadata {
		return saml.New(saml.Config{LoopbackHTTP: config.Addresses.LoopbackHTTP}, c)
	},
	newSigning, newIssuedTokens,
	func(t *organization.IssuedTokens) inbound.IssuedTokens { return t },
	func(config Config, w outbound.UnitOfWork, c outbound.Clock, ids outbound.IDs, s outbound.Signer, keys *organization.Signing) inbound.Management {
		return &organization.Management{Work: w, Clock: c, IDs: ids, Signer: s, Signing: keys, PublicURL: config.PublicURL, Demo: config.Mode == Development}
	},
	func(config Config, w outbound.UnitOfWork, c outbound.Clock, ids outbound.IDs, s outbound.Signer, keys *organization.Signing) *organization.SessionTokens {
		return &organization.SessionTokens{
			Work: w, Clock: c, IDs: ids, Signer: s, Signing: keys, PublicURL: config.PublicURL, Scope: sessionapi.TokenScope, AccountID: sessionapi.AccountID, Demo: config.Mode == Development,
		}
	},
	func(t *organization.SessionTokens) inbound.SessionTokens { return t },
	func(w outbound.UnitOfWork, c outbound.Clock, ids outbound.IDs, r outbound.Random) *organization.Organizations {
		return &organization.Organizations{Work: w, Clock: c, IDs: ids, Random: r}
	},
	func(w outbound.UnitOfWork, c outbound.Clock, ids outbound.IDs, r outbound.Random) *organization.Directory {
		return &organization.Directory{Work: w, Clock: c, IDs: ids, Random: r}
	},
	func(o *organization.Organizations) inbound.Organizations { return o },
	func(d *organization.Directory) inbound.Directory { return d },
	func(o *organization.Organizations, d *organization.Directory) inbound.Feeds {
		return &organization.Feeds{Organizations: o, Directory: d}
	},
	func(w outbound.UnitOfWork, c outbound.Clock, ids outbound.IDs) inbound.Applications {
		return &organization.Applications{Work: w, Clock: c, IDs: ids}
	},
	newConnections, newOnboarding,
	func(w outbound.UnitOfWork) inbound.Trail { return &trail.Trail{Work: w} },
	func(w outbound.UnitOfWork, c outbound.Clock) *organization.Purger {
		return &organization.Purger{Work: w, Clock: c}
	},
	newOrganizationSurface, newPortal,
)

// post is how letters leave, and in development where they are kept instead.
type post struct {
	letterbox outbound.Letterbox
	kept      *mail.Mailbox // nil where letters are sent
}

func newPost(config Config, c outbound.Clock, ids outbound.IDs) (post, error) {
	switch {
	case !config.Mail.SMTPURL.IsZero():
		s, err := mail.NewSMTP(mail.Config{Server: config.Mail.SMTPURL.Reveal(), From: config.Mail.From}, c, ids)
		return post{letterbox: s}, err
	case config.Mode == Development:
		m := mail.NewMailbox(c, ids)
		return post{letterbox: m, kept: m}, nil
	}
	return post{letterbox: mail.None{}}, nil
}

// letters shows the portal what the mailbox has.
type letters struct{ kept *mail.Mailbox }

// List gives the letters, newest first.
func (l letters) List() (list []portal.Letter) {
	for _, k := range l.kept.List() {
		list = append(list, portal.Letter{Letter: k.Letter, ID: k.ID, At: k.SentAt})
	}
	return list
}

func newSigning(w outbound.UnitOfWork, c outbound.Clock, ids outbound.IDs, s outbound.Signer) *organization.Signing {
	return &organization.Signing{Work: w, Clock: c, IDs: ids, Signer: s}
}

func newIssuedTokens(config Config, w outbound.UnitOfWork, c outbound.Clock, ids outbound.IDs, s outbound.Signer, keys *organization.Signing) *organization.IssuedTokens {
	return &organization.IssuedTokens{Work: w, Clock: c, IDs: ids, Signer: s, Signing: keys, PublicURL: config.PublicURL}
}

func newConnections(
	config Config, w outbound.UnitOfWork, c outbound.Clock, ids outbound.IDs, r outbound.Random, l outbound.Limiter, p post, m outbound.ProviderMetadata,
) inbound.Connections {
	return &organization.Connections{Work: w, Clock: c, IDs: ids, Metadata: m, Invitations: &organization.Invitations{
		Work: w, Clock: c, Random: r, Limiter: l, Letterbox: p.letterbox, PublicURL: config.PublicURL,
	}}
}

func newOnboarding(config Config, w outbound.UnitOfWork, c outbound.Clock, r outbound.Random, m outbound.ProviderMetadata, keys *organization.Signing) inbound.Onboarding {
	return &organization.Onboarding{Work: w, Clock: c, Random: r, Metadata: m, Services: &organization.Services{
		Signing: keys, Metadata: m, PublicURL: config.PublicURL,
	}}
}

// backOffice is what the surface asks.
type backOffice struct {
	fx.In

	Management    inbound.Management
	Organizations inbound.Organizations
	Directory     inbound.Directory
	Applications  inbound.Applications
	Connections   inbound.Connections
	Tokens        inbound.IssuedTokens
	Trail         inbound.Trail
	Limiter       outbound.Limiter
	Attempts      attempts
	Pacer         outbound.Pacer
	Clock         outbound.Clock
}

func newOrganizationSurface(config Config, b backOffice) *orgapi.Surface {
	return orgapi.New(orgapi.Config{PublicURL: config.PublicURL, ClientRate: config.Limits.ClientRate}, orgapi.Deps{
		Management: b.Management, Organizations: b.Organizations, Directory: b.Directory, Applications: b.Applications, Connections: b.Connections,
		Tokens: b.Tokens, Trail: b.Trail, Limiter: b.Limiter, Attempts: b.Attempts.Limiter, Pacer: b.Pacer, Clock: b.Clock,
	})
}

// desks are the pages of customers' administrators, and in development those of the mailbox.
type desks []httpapi.Surface

func newPortal(config Config, o inbound.Onboarding, p post, c outbound.Clock, r outbound.Random) (desks, error) {
	pages, err := portal.New(portal.Config{PublicURL: config.PublicURL}, o, c, r)
	if err != nil || p.kept == nil {
		return desks{pages}, err
	}
	mailbox, err := portal.NewMailbox(portal.Config{PublicURL: config.PublicURL}, letters{p.kept})
	return desks{pages, mailbox}, err
}
