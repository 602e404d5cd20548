package account_test

import (
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
)

// unbound starts a login without a token, which the account means to redeem.
func (f *flow) unbound(t *testing.T, a account.Snapshot) login {
	t.Helper()
	started, err := f.Start(t.Context(), inbound.VerificationStart{Host: atHost, RedirectURI: callback, Context: qr})
	if err != nil {
		t.Fatal(err)
	}
	return f.logged(t, a, started)
}

func TestALoginWithoutATokenBelongsToWhoeverOfItsOrganizationRedeemsItFirst(t *testing.T) {
	eitherWay(t, func(t *testing.T, word func(inbound.VerificationCode) inbound.VerificationCode) {
		r, d := newRig(t), newDesk("desk")
		f := r.flow(t, d)
		a, b := r.register(t, r.acme.scope(), "a@example.com", identity.SE), r.register(t, r.acme.scope(), "b@example.com", identity.SE)
		l := f.unbound(t, a)
		back := l.returned(d)
		errs := crowd(2, func(i int) error {
			c := word(back)
			c.AccountID = []int64{a.ID, b.ID}[i]
			_, err := f.Complete(t.Context(), c)
			return err
		})
		if (errs[0] == nil) == (errs[1] == nil) || len(r.trail(t, a.Scope, audit.AccountNumberAttached)) != 1 {
			t.Errorf("the two got %v", errs)
		}
		again := word(l.returned(d))
		again.AccountID = b.ID
		if _, err := f.Complete(t.Context(), again); err == nil {
			t.Error("it was redeemed twice")
		}
	})
}

func TestALoginWithoutATokenIsNothingToAnotherOrganizationOrEnvironment(t *testing.T) {
	r, d := newRig(t), newDesk("desk")
	f := r.flow(t, d)
	a := r.register(t, r.acme.scope(), "a@example.com", identity.SE)
	for name, scope := range map[string]organization.Scope{"organization": r.other.scope(), "environment": r.acme.Scope(organization.Sandbox)} {
		stranger := r.register(t, scope, "stranger@example.com", identity.SE)
		l := f.unbound(t, a)
		back := l.back
		back.Scope, back.AccountID, back.Code = scope, stranger.ID, "whatever"
		_, err := f.Complete(t.Context(), back)
		if blames(t, err, account.ErrNoVerification, "state"); d.asked() != 0 {
			t.Errorf("another %s: the provider was asked", name)
		}
		back.State, back.Code = "", d.code(l.evidence)
		_, err = f.Complete(t.Context(), back)
		blames(t, err, account.ErrNoVerification, "code")
		if s := r.session(t, a.Scope, l.id); s.State != eid.Pending || !r.read(t, stranger).Number.IsZero() {
			t.Errorf("another %s: the session is %s", name, s.State)
		}
		if _, err := f.Complete(t.Context(), l.returned(d)); err != nil {
			t.Errorf("another %s: the owner cannot redeem any more: %v", name, err)
		}
		d.calls = 0
	}
}

func TestALoginWithATokenIsItsAccountsAlone(t *testing.T) {
	r, d := newRig(t), newDesk("desk")
	f := r.flow(t, d)
	a, thief := r.register(t, r.acme.scope(), "a@example.com", identity.SE), r.register(t, r.acme.scope(), "thief@example.com", identity.SE)
	l := f.begin(t, a, "")
	back := l.returned(d)
	back.AccountID = thief.ID
	_, err := f.Complete(t.Context(), back)
	blames(t, err, account.ErrNoVerification, "state")
	if d.asked() != 0 {
		t.Error("the provider was asked")
	}
	back.State = ""
	_, err = f.Complete(t.Context(), back)
	blames(t, err, account.ErrNoVerification, "code")
	if s := r.session(t, a.Scope, l.id); s.State != eid.Failed || s.Reason != eid.ReasonCodeRejected || !r.read(t, thief).Number.IsZero() {
		t.Errorf("the session whose code was shown to a stranger is %s %q", s.State, s.Reason)
	}
}

func TestWithoutATokenTheHostNamesTheOrganization(t *testing.T) {
	r, d := newRig(t), newDesk("desk")
	f := r.flow(t, d)
	start := func(host string) (inbound.StartedVerification, error) {
		return f.Start(t.Context(), inbound.VerificationStart{Host: host, RedirectURI: callback})
	}
	started, err := start(atHost)
	if err != nil {
		t.Fatal(err)
	}
	s := r.session(t, r.acme.scope(), started.SessionID)
	if s.Order.Account != 0 || s.Order.EID != eid.FIFTN || started.Context != "urn:grn:authn:fi:all" || s.Order.OnBehalfOf != "Acme" || s.Order.Correlation != started.Correlation || started.Correlation == "" {
		t.Errorf("opened %+v", s.Order)
	}
	for _, host := range []string{"", "elsewhere.example", "demo", "acme"} {
		if _, err := start(host); fault.Of(err).Kind() != fault.Unauthenticated {
			t.Errorf("%q: got %v", host, err)
		}
	}
	f.policy.HostDomain = r.other.Domain
	started, err = start("elsewhere.example")
	if err != nil {
		t.Fatal(err)
	}
	r.session(t, r.other.scope(), started.SessionID)
	f.policy.HostDomain = "nobody"
	_, err = start("elsewhere.example")
	blames(t, err, account.ErrUnauthenticated, "")
}

func TestWhereStartsAreBoundNobodyStartsWithoutAToken(t *testing.T) {
	r, d := newRig(t), newDesk("desk")
	f := r.flow(t, d)
	f.policy.Bound, f.policy.HostDomain = true, "acme"
	_, err := f.Start(t.Context(), inbound.VerificationStart{Host: atHost, RedirectURI: callback})
	blames(t, err, account.ErrUnauthenticated, "")
	a := r.register(t, r.acme.scope(), "a@example.com", identity.SE)
	if l := f.begin(t, a, ""); r.session(t, a.Scope, l.id).Order.Account != a.ID {
		t.Error("the session is not bound")
	}
}

func TestTheAccountsCountrySaysWhoseLoginItIs(t *testing.T) {
	r, d := newRig(t), newDesk("desk")
	f := r.flow(t, d)
	for country, want := range map[identity.Country]eid.Context{
		identity.SE: "urn:grn:authn:se:bankid", identity.NO: "urn:grn:authn:no:bankid", identity.DK: "urn:grn:authn:dk:mitid:substantial", identity.FI: "urn:grn:authn:fi:all",
	} {
		a := r.register(t, r.acme.scope(), string(country)+"@example.com", country)
		started, err := f.Start(t.Context(), inbound.VerificationStart{Scope: a.Scope, AccountID: a.ID, RedirectURI: callback, State: "caller's own"})
		if err != nil || started.Context != want || started.Correlation != "caller's own" {
			t.Errorf("%s: %s %q %v", country, started.Context, started.Correlation, err)
		}
	}
}

func TestOnlyAddressesOfTheScopesOwnLivingClientsAreReturnedTo(t *testing.T) {
	r, d := newRig(t), newDesk("desk")
	f := r.flow(t, d)
	a := r.register(t, r.acme.scope(), "a@example.com", identity.SE)
	start := func(scope organization.Scope, id int64, address string) error {
		_, err := f.Start(t.Context(), inbound.VerificationStart{Scope: scope, AccountID: id, RedirectURI: address})
		return err
	}
	for _, address := range []string{"http://127.0.0.1:3000/cb", "http://app.acme.example/eid/callback", "", "nonsense"} {
		blames(t, start(a.Scope, a.ID, address), organization.ErrAddress, "redirect_uri")
	}
	blames(t, start(a.Scope, a.ID, callback+"/"), organization.ErrRedirect, "redirect_uri")
	f.policy.LoopbackHTTP = true
	blames(t, start(a.Scope, a.ID, "http://127.0.0.1:3000/cb"), organization.ErrRedirect, "redirect_uri")
	// The sandbox has no client, so none of production's addresses.
	tester := r.register(t, r.acme.Scope(organization.Sandbox), "tester@example.com", identity.SE)
	blames(t, start(tester.Scope, tester.ID, callback), organization.ErrRedirect, "redirect_uri")
	if err := r.registry.Revoke(t.Context(), r.acme.sso.ID); err != nil {
		t.Fatal(err)
	}
	blames(t, start(a.Scope, a.ID, callback), organization.ErrRedirect, "redirect_uri")
	blames(t, start(r.other.scope(), a.ID, callback), account.ErrNoAccount, "")
	if n := len(r.trail(t, a.Scope, audit.SessionOpened)); n != 0 {
		t.Errorf("%d sessions were opened", n)
	}
}

func TestAMethodOfNobodysBlamesTheMethod(t *testing.T) {
	r, d := newRig(t), newDesk("desk")
	f := r.flow(t, d)
	a := r.register(t, r.acme.scope(), "a@example.com", identity.SE)
	for _, method := range []eid.Context{"urn:grn:authn:de:personalausweis", "se.bankid", "urn:grn:authn:se", "urn:grn:authn:se:bankid:QR"} {
		_, err := f.Start(t.Context(), inbound.VerificationStart{Scope: a.Scope, AccountID: a.ID, RedirectURI: callback, Context: method})
		blames(t, err, eid.ErrNoRoute, "method")
	}
	_, err := r.flow(t).Start(t.Context(), inbound.VerificationStart{Scope: a.Scope, AccountID: a.ID, RedirectURI: callback, Context: qr})
	blames(t, err, eid.ErrNoRoute, "method")
}

func TestARepeatedStartShowsTheSameWayUntilItIsOver(t *testing.T) {
	r, d := newRig(t), newDesk("desk")
	f := r.flow(t, d)
	a := r.register(t, r.acme.scope(), "a@example.com", identity.SE)
	order := inbound.VerificationStart{Command: "command-1", Scope: a.Scope, AccountID: a.ID, RedirectURI: callback, Context: qr}
	first, err := f.Start(t.Context(), order)
	if err != nil {
		t.Fatal(err)
	}
	again, err := f.Start(t.Context(), order)
	if err != nil || again.SessionID != first.SessionID || again.Correlation != first.Correlation || again.Challenge.URL != first.Challenge.URL {
		t.Errorf("the repeat got %s: %v", again.SessionID, err)
	}
	r.clock.Advance(time.Hour)
	r.sweep(t)
	_, err = f.Start(t.Context(), order)
	blames(t, err, eid.ErrSettled, "")
}
