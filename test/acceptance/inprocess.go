package acceptance

import (
	"context"
	"testing"

	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// inProcess calls the inbound ports, as a surface does.
type inProcess struct{ g *Gateway }

func (inProcess) Name() string { return "in process" }

func (inProcess) Cannot() map[Ability]string {
	return map[Ability]string{
		TokenKinds: "in process nobody but a surface looks at a token's kind",
		Throttling: "in process nobody counts requests; surfaces do",
	}
}

func (d inProcess) Register(t *testing.T, p Person) (Client, Outcome) {
	t.Helper()
	a, err := d.g.accounts.Register(t.Context(), inbound.Registration{
		Scope: d.g.scope(), Actor: "client/test", Country: p.Country, PlanID: 1, SSN: inbound.Digits(p.SSN),
		Profile: account.Profile{FirstName: "Some", LastName: "One", Email: p.Email},
	})
	if err != nil {
		return Client{}, Why(err)
	}
	c, outcome := d.SignIn(t, p.Email)
	c.Account = a.ID
	return c, outcome
}

func (d inProcess) SignIn(t *testing.T, email string) (Client, Outcome) {
	t.Helper()
	token, err := d.g.signIns.AppToken(t.Context(), inbound.PartnerSignIn{ClientID: "demo-sso", ClientSecret: "demo-sso-secret", Email: email})
	return Client{Token: token}, Why(err)
}

func (d inProcess) Office(t *testing.T) (Client, Outcome) {
	t.Helper()
	token, err := d.g.signIns.ServiceToken(t.Context(), "crm@demo.example", "demo-crm-password", false)
	return Client{Token: token}, Why(err)
}

// Foreign makes client and account in storage, where the operator's commands put them.
func (d inProcess) Foreign(t *testing.T, o organization.Organization) Client {
	t.Helper()
	return foreign(t, d.g, o)
}

// foreign founds what another organization needs to sign an owner in.
func foreign(t *testing.T, g *Gateway, o organization.Organization) Client {
	t.Helper()
	scope := o.Scope(organization.Production)
	a, err := g.accounts.Register(t.Context(), inbound.Registration{
		Scope: scope, Actor: "client/test", Country: identity.SE, Profile: account.Profile{FirstName: "A", LastName: "Stranger", Email: "stranger@example.com"},
	})
	if err != nil {
		t.Fatal(err)
	}
	err = g.work.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error {
		c, facts, err := organization.Enrol(organization.Client{
			ID: "stranger", Scope: scope, Kind: organization.KindSSO, Identifier: "stranger", Secret: organization.HashSecret("stranger-secret"),
		}, g.Clock.Now())
		if err != nil {
			return err
		}
		if err := tx.Clients().Add(ctx, c); err != nil {
			return err
		}
		return tx.Facts().Append(ctx, facts...)
	})
	if err != nil {
		t.Fatal(err)
	}
	token, err := g.signIns.AppToken(t.Context(), inbound.PartnerSignIn{ClientID: "stranger", ClientSecret: "stranger-secret", Email: "stranger@example.com"})
	if err != nil {
		t.Fatal(err)
	}
	return Client{Token: token, Account: a.ID, Scope: scope}
}

func (d inProcess) bearer(t *testing.T, c Client) (account.Bearer, error) {
	t.Helper()
	return d.g.signIns.Authenticate(t.Context(), c.Token)
}

func (d inProcess) Start(t *testing.T, c Client, s Start) (Started, Outcome) {
	t.Helper()
	b, err := d.bearer(t, c)
	if err != nil {
		return Started{}, Why(err)
	}
	started, err := d.g.verifications.Start(t.Context(), inbound.VerificationStart{
		Scope: b.Token.Scope, AccountID: b.Token.Account, RedirectURI: s.RedirectURI, Context: s.Context, State: s.State,
	})
	return Started{URL: started.Challenge.URL, Correlation: started.Correlation}, Why(err)
}

func (d inProcess) Complete(t *testing.T, c Client, r Return) (Completed, Outcome) {
	t.Helper()
	b, err := d.bearer(t, c)
	if err != nil {
		return Completed{}, Why(err)
	}
	done, err := d.g.verifications.Complete(t.Context(), inbound.VerificationCode{
		Scope: b.Token.Scope, AccountID: b.Token.Account, Code: r.Code, RedirectURI: r.RedirectURI, Context: r.Context, State: r.State,
	})
	if err != nil {
		return Completed{}, Why(err)
	}
	return Completed{SSN: done.Number.Reveal(), Correlation: done.Correlation}, Outcome{}
}

func (d inProcess) Account(t *testing.T, c Client) (Account, Outcome) {
	t.Helper()
	b, err := d.bearer(t, c)
	if err != nil {
		return Account{}, Why(err)
	}
	s := b.Account.Snapshot()
	return Account{ID: s.ID, SSN: s.Number.Reveal(), HasNumber: !s.Number.IsZero(), Monitored: s.Monitored()}, Outcome{}
}

func (d inProcess) ChangePassword(t *testing.T, c Client, password string) Outcome {
	t.Helper()
	b, err := d.bearer(t, c)
	if err != nil {
		return Why(err)
	}
	return Why(d.g.accounts.ChangePassword(t.Context(), inbound.PasswordChange{
		Scope: b.Token.Scope, ID: b.Token.Account, Actor: b.Actor(), Keep: b.Token.ID, New: password,
	}))
}
