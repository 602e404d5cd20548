package session_test

import (
	"context"
	"errors"
	"testing"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// saying has the person choose, and something be said to one of the eIDs alone.
func saying(text string, e eid.EID, eids ...eid.EID) func(*inbound.SessionStart) {
	return func(s *inbound.SessionStart) {
		choosing(eids...)(s)
		s.Order.Particulars = []eid.Particular{{EID: e, Text: text}}
	}
}

func TestAProviderHearsWhatIsSaidToItsEIDAlone(t *testing.T) {
	r := newRig(t)
	f, swedish, norwegian := r.nordic(t)
	heard := map[string]string{}
	for name, p := range map[string]*scripted{"swedish": swedish, "norwegian": norwegian} {
		begin := p.begin
		p.begin = func(ctx context.Context, s eid.Snapshot) (outbound.Step, error) {
			heard[name] = s.Order.Text
			return begin(ctx, s)
		}
	}
	ticket := f.ticket(t, f.begin(t, eid.Page, saying("Text for Norway", eid.NOBankID, eid.NOBankID, eid.SEBankID)))
	f.choose(t, ticket, eid.NOBankID)
	if _, err := f.visits.Reconsider(t.Context(), ticket, mine); err != nil {
		t.Fatal(err)
	}
	f.choose(t, ticket, eid.SEBankID)
	if heard["norwegian"] != "Text for Norway" || heard["swedish"] != "" || len(heard) != 2 {
		t.Errorf("they heard %q", heard)
	}
	// Where the other choice is nobody's to carry out, this one is all there is.
	f.come(t, f.ticket(t, f.begin(t, eid.Page, saying("Text for Sweden", eid.SEBankID, eid.DKMitID, eid.SEBankID))), mine)
	if heard["swedish"] != "Text for Sweden" {
		t.Errorf("the only one that is left heard %q", heard["swedish"])
	}
}

func TestWhatIsSaidToOneEIDNamesNoOtherOrganization(t *testing.T) {
	r := newRig(t)
	f, _, _ := r.nordic(t)
	r.found(t, "Klarna Nordbank")
	start := inbound.SessionStart{Order: eid.Order{
		Scope: r.scope(), Surface: "eid", Operation: eid.Authenticate, Channel: eid.Page, ReturnTo: "https://app.example",
	}}
	saying("Log in to K1arna N0rdbank", eid.SEBankID, eid.NOBankID, eid.SEBankID)(&start)
	if _, err := f.Start(t.Context(), start); !errors.Is(err, organization.ErrNamesAnother) {
		t.Errorf("got %v", err)
	}
}
