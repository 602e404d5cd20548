package session_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/app/session"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// flows are the use cases of sessions over one provider, as one process has them.
type flows struct {
	*rig
	inbound.Sessions
	visits    inbound.Visits
	collector *session.Collector
	watchers  *session.Watchers
	sweeper   *session.Sweeper
	acting    organization.Acting
}

// wording words a session by its state alone.
type wording struct{}

func (wording) Surface() string { return "eid" }

func (wording) Word(s eid.Snapshot) (string, []byte, error) {
	return "application/json", []byte(`{"id":"` + s.ID + `","state":"` + string(s.State) + `"}`), nil
}

func (wording) ReturnTo(s eid.Snapshot) string { return s.Order.ReturnTo + "?id=" + s.ID }

const restTime = 2 * time.Second

// anywhere offers logins with Swedish BankID on every channel.
func anywhere(name string) *scripted {
	p := &scripted{name: name, online: true}
	for _, c := range []eid.Channel{eid.App, eid.Page, eid.Backchannel} {
		for _, op := range []eid.Operation{eid.Authenticate, eid.Sign, eid.ProveAge} {
			p.offers = append(p.offers, outbound.Offer{EID: eid.SEBankID, Operation: op, Channel: c, Documents: true})
		}
	}
	p.begin = func(context.Context, eid.Snapshot) (outbound.Step, error) {
		return outbound.Step{Challenge: &eid.Challenge{AppToken: "app-token"}, Thread: []byte("thread of " + name), Rest: restTime, Hint: eid.HintOutstanding}, nil
	}
	p.answer = func(context.Context, []byte, outbound.Nudge) (outbound.Step, error) {
		return outbound.Step{Rest: restTime}, nil
	}
	return p
}

func (r *rig) flows(t *testing.T, providers ...outbound.Provider) *flows {
	t.Helper()
	return r.flowsOf(t, "process", providers...)
}

func (r *rig) flowsOf(t *testing.T, process string, providers ...outbound.Provider) *flows {
	t.Helper()
	s := r.starter(t, providers...)
	ledger := &session.Ledger{Work: r.store, IDs: system.IDs{}, Wordings: map[string]outbound.Wording{"eid": wording{}}, Evidence: 90 * 24 * time.Hour, Documents: 30 * 24 * time.Hour}
	advancer := &session.Advancer{Routes: s.Routes, Clock: r.clock, Ledger: ledger}
	canceller := &session.Canceller{Routes: s.Routes, Clock: r.clock, Ledger: ledger}
	f := &flows{rig: r}
	s.Names = &session.Names{Work: r.store, Clock: r.clock}
	f.Sessions = session.Sessions{
		Opener: &session.Opener{Starter: s, Numbers: func(_ organization.Scope, c identity.Country) identity.Options {
			return identity.Options{AsOf: c.Today(r.clock.Now()), Allow: identity.AllowSandbox}
		}},
		Follower:  &session.Follower{Work: r.store, Claims: r.store, Clock: r.clock, Advancer: advancer, Owner: process},
		Canceller: canceller,
	}
	f.collector = &session.Collector{Claims: r.store, Advancer: advancer, Clock: r.clock, Owner: process}
	guest := &session.Guest{Work: r.store, Clock: r.clock, Routes: s.Routes, Ledger: ledger, Canceller: canceller}
	f.watchers = &session.Watchers{Guest: guest}
	ledger.Kept = f.watchers.Kept
	f.visits = session.Visits{
		Watchers: f.watchers, Guest: guest, PageOpener: &session.PageOpener{Guest: guest, Starter: s, IDs: system.IDs{}},
		Returner: &session.Returner{Guest: guest, Advancer: advancer, Claims: r.store, IDs: system.IDs{}, Owner: process, Hasten: f.collector.Hasten},
	}
	f.sweeper = &session.Sweeper{Ledger: ledger, Clock: r.clock, Keep: time.Hour}
	f.acting = organization.Acting{Client: r.client(t, r.acme), Organization: r.acme}
	return f
}

// client is a client for eID operations of the organization, made once.
func (r *rig) client(t *testing.T, o organization.Organization) organization.Client {
	t.Helper()
	c := organization.Client{
		ID: "client-of-" + o.ID, Scope: o.Scope(organization.Production), Kind: organization.KindEID, Identifier: "eid-" + o.ID,
		Secret: organization.HashSecret("secret of " + o.ID), Addresses: organization.Addresses{Redirect: []string{"https://app.example"}}, CreatedAt: r.clock.Now(),
	}
	r.do(t, func(ctx context.Context, tx outbound.Tx) error {
		_, err := tx.Clients().Find(ctx, c.ID)
		if errors.Is(err, organization.ErrNoClient) {
			return tx.Clients().Add(ctx, c)
		}
		return err
	})
	return c
}

// begin starts a login, or what change makes of it.
func (f *flows) begin(t *testing.T, channel eid.Channel, change ...func(*inbound.SessionStart)) inbound.Session {
	t.Helper()
	s, err := f.try(t, channel, change...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (f *flows) try(t *testing.T, channel eid.Channel, change ...func(*inbound.SessionStart)) (inbound.Session, error) {
	t.Helper()
	start := inbound.SessionStart{Acting: f.acting, Order: eid.Order{
		Surface: "eid", EID: eid.SEBankID, Operation: eid.Authenticate, Channel: channel, Wants: eid.WantNumber, ReturnTo: "https://app.example/cb",
	}}
	for _, c := range change {
		c(&start)
	}
	return f.Start(t.Context(), start)
}

func (f *flows) query(id string) inbound.SessionQuery {
	return inbound.SessionQuery{Scope: f.scope(), ID: id, Surface: "eid"}
}

func (f *flows) poll(t *testing.T, id string) inbound.Session {
	t.Helper()
	s, err := f.Follow(t.Context(), f.query(id))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// collect lets the collector do what is due, and waits for those whom it asked.
func (f *flows) collect(t *testing.T) {
	t.Helper()
	f.collector.Collect(t.Context())
	f.collector.Wait()
}

// anna is evidence of somebody.
func anna(t *testing.T) *eid.Evidence {
	t.Helper()
	n, err := identity.ParsePerson(identity.SE, "199001012385", identity.Options{AsOf: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Allow: identity.AllowSandbox})
	if err != nil {
		t.Fatal(err)
	}
	return &eid.Evidence{
		Provider: "p", EID: eid.SEBankID, Context: "urn:grn:authn:se:bankid", Number: n, Name: "Anna Andersson", GivenName: "Anna", Surname: "Andersson",
		Subject: "anna", TokenID: "token", Proofs: []eid.Proof{{Kind: "signature", MediaType: "application/xml", Data: []byte("<signature/>")}},
	}
}

func approving(t *testing.T) func(context.Context, []byte, outbound.Nudge) (outbound.Step, error) {
	t.Helper()
	e := anna(t)
	return func(context.Context, []byte, outbound.Nudge) (outbound.Step, error) {
		return outbound.Step{Evidence: e}, nil
	}
}
