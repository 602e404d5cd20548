package account_test

import (
	"context"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/system"
	app "github.com/eidgate/eidgate/app/account"
	"github.com/eidgate/eidgate/app/session"
	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// desk is a provider whose codes tests write. Each code is good for one use, whoever asks.
type desk struct {
	name string

	mu        sync.Mutex
	codes     map[string]eid.Evidence
	says      []error                   // what the next calls get, nil for an answer
	step      *outbound.Step            // what every call gets in place of evidence
	careless  bool                      // it does not compare nonces
	meanwhile func(ctx context.Context) // what happens while a call is out
	calls     int
}

var _ outbound.Provider = (*desk)(nil)

func newDesk(name string) *desk { return &desk{name: name, codes: map[string]eid.Evidence{}} }

func (d *desk) Name() string { return d.name }

func (*desk) Offers() (offers []outbound.Offer) {
	for _, e := range eid.EIDs() {
		offers = append(offers, outbound.Offer{EID: e, Operation: eid.Authenticate, Channel: eid.Redirect, Offline: true})
	}
	return offers
}

func (d *desk) Begin(_ context.Context, s eid.Snapshot) (outbound.Step, error) {
	return outbound.Step{Challenge: &eid.Challenge{URL: "https://" + d.name + ".example/", Action: "https://" + d.name + ".example/"}, Thread: []byte(s.Nonce)}, nil
}

func (d *desk) Advance(ctx context.Context, thread []byte, n outbound.Nudge) (outbound.Step, error) {
	d.mu.Lock()
	d.calls++
	meanwhile := d.meanwhile
	d.meanwhile = nil
	var says error
	if len(d.says) > 0 {
		says, d.says = d.says[0], d.says[1:]
	}
	d.mu.Unlock()
	if meanwhile != nil {
		meanwhile(ctx)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	switch e, known := d.codes[n.Returned["code"]]; {
	case says != nil:
		return outbound.Step{}, says
	case d.step != nil:
		return *d.step, nil
	case !known:
		return outbound.Step{}, eid.ErrCodeRejected
	case !d.careless && thread != nil && string(thread) != e.Nonce:
		delete(d.codes, n.Returned["code"])
		return outbound.Step{}, eid.ErrEvidenceRejected
	default:
		delete(d.codes, n.Returned["code"])
		return outbound.Step{Evidence: &e}, nil
	}
}

func (*desk) Cancel(context.Context, []byte) error { return nil }

// code writes a code for evidence.
func (d *desk) code(e eid.Evidence) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	code := "code-" + strconv.Itoa(len(d.codes)) + "-" + system.IDs{}.New()
	d.codes[code] = e
	return code
}

func (d *desk) asked() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.calls
}

// flow is verifications at one or more desks.
type flow struct {
	*rig
	app.Verifications
	policy *app.StartPolicy
}

// flow joins the use cases with providers on the routes of all eIDs.
func (r *rig) flow(t *testing.T, providers ...outbound.Provider) *flow {
	t.Helper()
	config := session.RoutesConfig{Order: map[eid.EID][]string{}}
	for _, p := range providers {
		for _, e := range eid.EIDs() {
			config.Order[e] = append(config.Order[e], p.Name())
		}
	}
	routes, err := session.NewRoutes(config, providers)
	if err != nil {
		t.Fatal(err)
	}
	ids := system.IDs{}
	attacher := &app.Attacher{Work: r.work, Clock: r.clock, Numbers: r.numbers}
	starter := &app.VerificationStarter{
		Work: r.work, IDs: ids, Fallback: eid.FIFTN,
		Starter: &session.Starter{Work: r.work, Routes: routes, Clock: r.clock, IDs: ids, Random: system.Random{}, Life: 15 * time.Minute},
	}
	return &flow{rig: r, policy: &starter.Policy, Verifications: app.Verifications{
		VerificationStarter:   starter,
		VerificationCompleter: &app.VerificationCompleter{Work: r.work, Clock: r.clock, IDs: ids, Routes: routes, Attacher: attacher, Fallback: eid.FIFTN},
		PlainCompleter:        &app.PlainCompleter{Work: r.work, Clock: r.clock, IDs: ids, Attacher: attacher, Life: 15 * time.Minute},
	}}
}

// login is a started login: the session, and what its nonce proves.
type login struct {
	id       string
	evidence eid.Evidence
	back     inbound.VerificationCode // all but the code
}

const qr eid.Context = "urn:grn:authn:se:bankid:another-device:qr"

// begin starts a login for an account, with a state of its own where none is said. Its evidence is of the first
// Swede, as the provider would vouch for it.
func (f *flow) begin(t *testing.T, a account.Snapshot, state string) login {
	t.Helper()
	started, err := f.Start(t.Context(), inbound.VerificationStart{Scope: a.Scope, AccountID: a.ID, RedirectURI: callback, Context: qr, State: state})
	if err != nil {
		t.Fatal(err)
	}
	return f.logged(t, a, started)
}

// logged gives the login that was started, as the account would redeem it.
func (f *flow) logged(t *testing.T, a account.Snapshot, started inbound.StartedVerification) login {
	t.Helper()
	s := f.session(t, a.Scope, started.SessionID)
	return login{
		id: s.ID,
		evidence: eid.Evidence{
			Provider: s.Provider, EID: s.Order.EID, Context: s.Order.Context, Number: f.number(t, identity.SE, firstSwede), Nonce: s.Nonce,
			TokenID: system.IDs{}.New(), IssuedAt: f.clock.Now(), Name: "First Swede",
		},
		back: inbound.VerificationCode{Scope: a.Scope, AccountID: a.ID, RedirectURI: callback, State: started.Correlation, Context: started.Context},
	}
}

// returned is what the person brings back from a desk that vouches for the evidence.
func (l login) returned(d *desk) inbound.VerificationCode {
	l.back.Code = d.code(l.evidence)
	return l.back
}
