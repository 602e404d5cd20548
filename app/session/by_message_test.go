package session_test

import (
	"context"
	"testing"
	"time"

	"github.com/eidgate/eidgate/app/session"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// byMessage makes a start one that nobody's client asked for.
func (f *flows) byMessage(s *inbound.SessionStart) {
	s.Acting, s.Order.Scope, s.Command = organization.Acting{}, f.scope(), ""
}

func TestTheCompanyOfAnOrderByMessageIsReadAndAskedAbout(t *testing.T) {
	r := newRig(t)
	p := anywhere("p")
	for i := range p.offers {
		p.offers[i].Tells = eid.WantNumber | eid.WantSignatory
	}
	f := r.flows(t, p)
	s := f.begin(t, eid.App, f.byMessage, func(s *inbound.SessionStart) { s.Company = "559000-0948" })
	kept := r.stored(t, s.ID).Order
	if kept.Company.Reveal() != "5590000948" || kept.Wants != eid.WantNumber|eid.WantSignatory {
		t.Errorf("the session keeps another company, or wants %b of the person", kept.Wants)
	}
}

func TestANumberOfNoOrganizationReachesNobody(t *testing.T) {
	r := newRig(t)
	p := anywhere("p")
	f := r.flows(t, p)
	for name, digits := range map[string]inbound.Digits{
		"no digits": "Acme AB", "a wrong check digit": "559000-0949", "a person's": "199001012385", "a Norwegian one": "974760673",
	} {
		_, err := f.try(t, eid.App, f.byMessage, func(s *inbound.SessionStart) { s.Company = digits })
		if f := fault.Of(err); f == nil || f.Code() != session.ErrCompany.Code() || len(f.Violations()) != 1 || f.Violations()[0].Field != "company" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if p.asked() != 0 {
		t.Errorf("the provider was asked %d times", p.asked())
	}
}

func TestAnotherOrganizationsDocumentIsUnknownByMessage(t *testing.T) {
	onEither(t, func(t *testing.T, r *rig) {
		p := anywhere("p")
		f := r.flows(t, p)
		other := r.found(t, "Other").Scope(organization.Production)
		now := r.clock.Now()
		for id, scope := range map[string]organization.Scope{"own": r.scope(), "another's": other, "own of the sandbox": r.acme.Scope(organization.Sandbox)} {
			d, err := eid.NewDocument(id, "contract.pdf", []byte("%PDF-1.7"))
			if err != nil {
				t.Fatal(err)
			}
			r.do(t, func(ctx context.Context, tx outbound.Tx) error {
				return tx.Documents().Add(ctx, outbound.KeptDocument{Document: d, Scope: scope, CreatedAt: now, KeptUntil: now.Add(time.Hour)})
			})
		}
		signing := func(id string) func(*inbound.SessionStart) {
			return func(s *inbound.SessionStart) {
				s.Order.Operation, s.Order.Documents = eid.Sign, []eid.Document{{ID: id}}
			}
		}
		for _, id := range []string{"another's", "own of the sandbox", "nobody's"} {
			_, err := f.try(t, eid.App, f.byMessage, signing(id))
			if f := fault.Of(err); f == nil || f.Code() != eid.ErrDocumentNamed.Code() || len(f.Violations()) != 1 || f.Violations()[0].Field != "documents" {
				t.Errorf("%s: %v", id, err)
			}
		}
		if p.asked() != 0 {
			t.Errorf("the provider was asked %d times", p.asked())
		}
		f.begin(t, eid.App, f.byMessage, signing("own"))
		if p.asked() != 1 {
			t.Errorf("the provider was asked %d times for the document that is there", p.asked())
		}
	})
}
