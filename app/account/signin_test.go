package account_test

import (
	"context"
	"errors"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/system"
	app "github.com/eidgate/eidgate/app/account"
	operator "github.com/eidgate/eidgate/app/organization"
	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

var lives = app.Lives{App: time.Hour, CRM: 2 * time.Hour, CRMLong: 30 * 24 * time.Hour, LoginCode: time.Minute}

func (r *rig) signIns() *app.SignIns {
	return &app.SignIns{
		Work: r.work, Clock: r.clock, IDs: system.IDs{}, Random: system.Random{}, LastUsed: app.NewLastUsed(r.work), Lives: lives,
	}
}

func purge(t *testing.T, r *rig) int {
	t.Helper()
	n, err := (&app.Purger{Work: r.store, Clock: r.clock}).Purge(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// asks is a partner's server asking for one of its end users.
func (o tenant) asks(email string) inbound.PartnerSignIn {
	return inbound.PartnerSignIn{ClientID: o.sso.Identifier, ClientSecret: o.ssoSecret, Email: email}
}

// token signs an account in.
func token(t *testing.T, s *app.SignIns, p inbound.PartnerSignIn) string {
	t.Helper()
	clear, err := s.AppToken(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	return clear
}

// good fails the test unless the token is accepted, or refused.
func good(t *testing.T, s *app.SignIns, token string, want bool) {
	t.Helper()
	_, err := s.Authenticate(t.Context(), token)
	if want && err != nil || !want && !errors.Is(err, account.ErrUnauthenticated) {
		t.Errorf("accepted should be %v: %v", want, err)
	}
}

func TestAnUnknownClientAndAWrongSecretAreOneAnswer(t *testing.T) {
	r := newRig(t)
	r.register(t, r.acme.scope(), "someone@example.com", identity.SE)
	s := r.signIns()
	revoked, revokedSecret := r.enrol(t, "acme", organization.KindSSO, organization.Production)
	if err := r.registry.Revoke(t.Context(), revoked.ID); err != nil {
		t.Fatal(err)
	}
	if err := r.registry.SeedDemo(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := shown(organization.ErrClientRefused)
	for name, c := range map[string]struct{ id, secret string }{
		"an unknown client":      {"nobody", r.acme.ssoSecret},
		"no client":              {"", ""},
		"a wrong secret":         {r.acme.sso.Identifier, r.acme.ssoSecret + "x"},
		"no secret":              {r.acme.sso.Identifier, ""},
		"another's secret":       {r.acme.sso.Identifier, r.other.ssoSecret},
		"a client of other kind": {r.acme.crm.Identifier, r.acme.crmSecret},
		"a revoked client":       {revoked.Identifier, revokedSecret},
		"a demo client":          {"demo-sso", "demo-sso-secret"},
	} {
		for _, email := range []string{"someone@example.com", "nobody@example.com"} {
			_, tokenErr := s.AppToken(t.Context(), inbound.PartnerSignIn{ClientID: c.id, ClientSecret: c.secret, Email: email})
			_, codeErr := s.LoginCode(t.Context(), inbound.PartnerSignIn{ClientID: c.id, ClientSecret: c.secret, Email: email})
			if !reflect.DeepEqual(shown(tokenErr), want) || !reflect.DeepEqual(shown(codeErr), want) {
				t.Errorf("%s: got %v and %v", name, tokenErr, codeErr)
			}
		}
	}
	for _, c := range []struct{ id, secret string }{{"nobody", "x"}, {r.acme.crm.Identifier, "x"}, {r.acme.sso.Identifier, r.acme.ssoSecret}, {"crm@demo.example", "demo-crm-password"}} {
		if _, err := s.ServiceToken(t.Context(), c.id, c.secret, true); !reflect.DeepEqual(shown(err), want) {
			t.Errorf("a back office called %s got %v", c.id, err)
		}
	}
	if n := len(r.trail(t, r.acme.scope(), audit.TokenIssued)); n != 0 {
		t.Errorf("%d tokens were issued", n)
	}
}

func TestOnlyAKnownServerLearnsWhichAccountsThereAre(t *testing.T) {
	r := newRig(t)
	a := r.register(t, r.acme.scope(), "Someone@Example.com", identity.SE)
	r.register(t, r.other.scope(), "stranger@example.com", identity.SE)
	s := r.signIns()
	for _, email := range []string{"someone@example.com", " SOMEONE@example.COM\t"} {
		b, err := s.Authenticate(t.Context(), token(t, s, r.acme.asks(email)))
		if err != nil || b.Token.Account != a.ID || b.Token.Kind != account.AppToken || b.Actor() != account.Subject(a.ID) {
			t.Errorf("%q: %v", email, err)
		}
	}
	for _, email := range []string{"stranger@example.com", "nobody@example.com", "", "someone@example.com\x00"} {
		_, err := s.AppToken(t.Context(), r.acme.asks(email))
		blames(t, err, account.ErrNoAccount, "")
	}
	r.deactivate(t, a)
	_, err := s.AppToken(t.Context(), r.acme.asks("someone@example.com"))
	blames(t, err, account.ErrInactive, "")
}

func TestATokenIsGoodUntilItsTimeIsOver(t *testing.T) {
	r := newRig(t)
	r.register(t, r.acme.scope(), "someone@example.com", identity.SE)
	s := r.signIns()
	service := func(keep bool) string {
		clear, err := s.ServiceToken(t.Context(), r.acme.crm.Identifier, r.acme.crmSecret, keep)
		if err != nil {
			t.Fatal(err)
		}
		return clear
	}
	tokens := map[string]time.Duration{token(t, s, r.acme.asks("someone@example.com")): lives.App, service(false): lives.CRM, service(true): lives.CRMLong}
	start := r.clock.Now()
	for clear, life := range tokens {
		r.clock.Advance(start.Add(life - time.Microsecond).Sub(r.clock.Now()))
		good(t, s, clear, true)
		r.clock.Advance(time.Microsecond)
		good(t, s, clear, false)
	}
}

func TestNothingButTheTokenItselfIsAccepted(t *testing.T) {
	r := newRig(t)
	r.register(t, r.acme.scope(), "someone@example.com", identity.SE)
	s := r.signIns()
	first, second := token(t, s, r.acme.asks("someone@example.com")), token(t, s, r.acme.asks("someone@example.com"))
	id, secret, _ := strings.Cut(first, "|")
	_, otherSecret, _ := strings.Cut(second, "|")
	for _, wrong := range []string{
		"", "|", first + " ", " " + first, secret, "|" + secret, id + "|", id + "|" + otherSecret, id + "|" + secret[:47], "0" + first + "0", "-" + first,
		"9" + first, id + "|" + strings.ToUpper(secret), id + "||" + secret, first + "|" + secret, "99999999999999999999|" + secret, "1.0|" + secret,
	} {
		if _, err := s.Authenticate(t.Context(), wrong); !reflect.DeepEqual(shown(err), shown(account.ErrUnauthenticated)) {
			t.Errorf("a token made of %d characters got %v", len(wrong), err)
		}
	}
	good(t, s, first, true)
}

func TestTokensEndWithTheirClientAccountOrMode(t *testing.T) {
	r := newRig(t)
	s := r.signIns()
	for name, end := range map[string]func(a account.Snapshot, c organization.Client) error{
		"a revoked client": func(_ account.Snapshot, c organization.Client) error { return r.registry.Revoke(t.Context(), c.ID) },
		"a deleted account": func(a account.Snapshot, _ organization.Client) error {
			return r.keeper().Delete(t.Context(), a.Scope, a.ID, "client/test")
		},
		"a deactivated account": func(a account.Snapshot, _ organization.Client) error {
			_, err := r.keeper().Update(t.Context(), inbound.AccountUpdate{Scope: a.Scope, ID: a.ID, Change: account.Change{Active: new(false)}})
			return err
		},
	} {
		email := strings.ReplaceAll(name, " ", "-") + "@example.com"
		a := r.register(t, r.acme.scope(), email, identity.SE)
		c, secret := r.enrol(t, "acme", organization.KindSSO, organization.Production)
		ask := inbound.PartnerSignIn{ClientID: c.Identifier, ClientSecret: secret, Email: email}
		clear := token(t, s, ask)
		code, err := s.LoginCode(t.Context(), ask)
		if err != nil {
			t.Fatal(err)
		}
		good(t, s, clear, true)
		if err := end(a, c); err != nil {
			t.Fatal(err)
		}
		good(t, s, clear, false)
		if _, err := s.RedeemLoginCode(t.Context(), code); fault.Of(err).Kind() != fault.Unauthenticated {
			t.Errorf("%s: the code got %v", name, err)
		}
		if name == "a deactivated account" {
			r.update(t, a, account.Change{Active: new(true)})
			good(t, s, clear, false) // what ended stays ended
		}
	}
}

func TestDemoClientsWorkInDevelopmentOnly(t *testing.T) {
	r := newRig(t)
	if err := r.registry.SeedDemo(t.Context()); err != nil {
		t.Fatal(err)
	}
	development, production := r.signIns(), r.signIns()
	development.Demo = true
	ask := inbound.PartnerSignIn{ClientID: "demo-sso", ClientSecret: "demo-sso-secret", Email: operator.DemoEmail}
	clear := token(t, development, ask)
	code, err := development.LoginCode(t.Context(), ask)
	if err != nil {
		t.Fatal(err)
	}
	good(t, development, clear, true)
	good(t, production, clear, false)
	_, err = production.RedeemLoginCode(t.Context(), code)
	blames(t, err, account.ErrCode, "")
	if _, err := development.RedeemLoginCode(t.Context(), code); err != nil {
		t.Errorf("the refusal spent the code: %v", err)
	}
}

func TestALoginCodeIsRedeemedOnce(t *testing.T) {
	onEither(t, func(t *testing.T, r *rig) {
		a := r.register(t, r.acme.scope(), "someone@example.com", identity.SE)
		s := r.signIns()
		for round := range 3 {
			code, err := s.LoginCode(t.Context(), r.acme.asks("someone@example.com"))
			if err != nil {
				t.Fatal(err)
			}
			tokens := make([]string, 20)
			won := -1
			for i, err := range crowd(len(tokens), func(i int) (err error) {
				tokens[i], err = s.RedeemLoginCode(t.Context(), code)
				return err
			}) {
				switch {
				case err == nil && won >= 0:
					t.Error("redeemed twice")
				case err == nil:
					won = i
				default:
					blames(t, err, account.ErrCode, "")
				}
			}
			if won < 0 {
				t.Fatal("nobody redeemed it")
			}
			if b, err := s.Authenticate(t.Context(), tokens[won]); err != nil || b.Token.Account != a.ID || b.Token.Client != r.acme.sso.ID {
				t.Errorf("the token is somebody else's: %v", err)
			}
			issued, redeemed := r.trail(t, a.Scope, audit.LoginCodeIssued), r.trail(t, a.Scope, audit.LoginCodeRedeemed)
			if len(issued) != round+1 || len(redeemed) != round+1 || issued[round].Subject != redeemed[round].Subject || redeemed[round].Sequence != 2 {
				t.Errorf("issued %v, redeemed %v", issued, redeemed)
			}
		}
	})
}

func TestALoginCodeThatIsNoneIsRefused(t *testing.T) {
	r := newRig(t)
	r.register(t, r.acme.scope(), "someone@example.com", identity.SE)
	s := r.signIns()
	code, err := s.LoginCode(t.Context(), r.acme.asks("someone@example.com"))
	if err != nil {
		t.Fatal(err)
	}
	for _, wrong := range []string{"", code + "x", code[1:], strings.ToLower(code), strings.Repeat("x", 48), token(t, s, r.acme.asks("someone@example.com"))} {
		_, err := s.RedeemLoginCode(t.Context(), wrong)
		blames(t, err, account.ErrCode, "")
	}
	good(t, s, code, false)
	r.clock.Advance(lives.LoginCode)
	_, err = s.RedeemLoginCode(t.Context(), code)
	blames(t, err, account.ErrCode, "")
}

func TestAnIdentifierThatIsTakenIsReplacedByAnother(t *testing.T) {
	r := newRig(t)
	a := r.register(t, r.acme.scope(), "someone@example.com", identity.SE)
	s := r.signIns()
	taken, _, _ := strings.Cut(token(t, s, r.acme.asks("someone@example.com")), "|")
	id, err := strconv.ParseInt(taken, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	s.IDs = &numbered{numbers: []int64{id, id, id, 4711}}
	if clear := token(t, s, r.acme.asks("someone@example.com")); !strings.HasPrefix(clear, "4711|") {
		t.Error("the token has another identifier")
	}
	code, err := s.LoginCode(t.Context(), r.acme.asks("someone@example.com"))
	if err != nil {
		t.Fatal(err)
	}
	s.IDs = &numbered{numbers: []int64{id, 4711}}
	if _, err := s.RedeemLoginCode(t.Context(), code); fault.Of(err).Kind() != fault.Internal {
		t.Errorf("got %v", err)
	}
	s.IDs = &numbered{numbers: []int64{4711, 4712}}
	clear, err := s.RedeemLoginCode(t.Context(), code) // the failure did not spend the code
	if err != nil {
		t.Fatal(err)
	}
	good(t, s, clear, true)
	registrar := r.registrar()
	registrar.IDs = &numbered{numbers: []int64{a.ID, a.ID, 815}}
	if b, err := registrar.Register(t.Context(), registration(a.Scope, "next@example.com", identity.SE)); err != nil || b.ID != 815 {
		t.Errorf("registered %d: %v", b.ID, err)
	}
}

func TestUsingATokenWritesNothingUntilItIsNoted(t *testing.T) {
	r := newRig(t)
	r.register(t, r.acme.scope(), "someone@example.com", identity.SE)
	s := r.signIns()
	first, second := token(t, s, r.acme.asks("someone@example.com")), token(t, s, r.acme.asks("someone@example.com"))
	before := r.store.Counts()
	for range 50 {
		r.clock.Advance(time.Second)
		good(t, s, first, true)
		good(t, s, second, true)
	}
	if after := r.store.Counts(); after.Writes != before.Writes || after.Commits != before.Commits || after.Selects != before.Selects+100 {
		t.Errorf("100 requests cost %+v after %+v", after, before)
	}
	if err := s.LastUsed.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if after := r.store.Counts(); after.Writes != before.Writes+1 || after.Commits != before.Commits+1 {
		t.Errorf("noting two tokens cost %+v after %+v", after, before)
	}
	for _, clear := range []string{first, second} {
		if b, err := s.Authenticate(t.Context(), clear); err != nil || !b.Token.LastUsedAt.Equal(r.clock.Now()) {
			t.Errorf("last used at %s: %v", b.Token.LastUsedAt, err)
		}
	}
	before = r.store.Counts()
	for range 2 {
		if err := s.LastUsed.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if after := r.store.Counts(); after.Commits != before.Commits+1 {
		t.Error("what was noted is noted again")
	}
}

func TestWhenATokenWasUsedOutlivesAStoreThatIsAway(t *testing.T) {
	r := newRig(t)
	r.register(t, r.acme.scope(), "someone@example.com", identity.SE)
	s := r.signIns()
	clear := token(t, s, r.acme.asks("someone@example.com"))
	flaky := &refusing{UnitOfWork: r.store, away: true}
	s.LastUsed = app.NewLastUsed(flaky)
	good(t, s, clear, true)
	if err := s.LastUsed.Flush(t.Context()); !errors.Is(err, outbound.ErrStorage) {
		t.Fatalf("got %v", err)
	}
	flaky.away = false
	if err := s.LastUsed.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if b, err := s.Authenticate(t.Context(), clear); err != nil || !b.Token.LastUsedAt.Equal(r.clock.Now()) {
		t.Errorf("last used at %s: %v", b.Token.LastUsedAt, err)
	}
}

// refusing is a store that is away while a test says so.
type refusing struct {
	outbound.UnitOfWork
	away bool
}

func (r *refusing) Do(ctx context.Context, work func(ctx context.Context, tx outbound.Tx) error) error {
	if r.away {
		return outbound.ErrStorage
	}
	return r.UnitOfWork.Do(ctx, work)
}

func TestTokensAndCodesWhoseTimeIsOverAreRemoved(t *testing.T) {
	r := newRig(t)
	r.register(t, r.acme.scope(), "someone@example.com", identity.SE)
	s := r.signIns()
	token(t, s, r.acme.asks("someone@example.com"))
	if _, err := s.LoginCode(t.Context(), r.acme.asks("someone@example.com")); err != nil {
		t.Fatal(err)
	}
	if n := purge(t, r); n != 0 {
		t.Errorf("%d living things were removed", n)
	}
	r.clock.Advance(lives.LoginCode + time.Microsecond)
	if n := purge(t, r); n != 1 {
		t.Errorf("%d were removed, want the code", n)
	}
	r.clock.Advance(lives.App)
	if n := purge(t, r); n != 1 {
		t.Errorf("%d were removed, want the token", n)
	}
}
