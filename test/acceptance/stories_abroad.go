package acceptance

import (
	"testing"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/identity"
)

// danishFreja takes a Dane through everything that the door has of Freja. Whoever has a door that names people names her
// as well: she is the right one, and a Swede is not.
func danishFreja(t *testing.T, g *Gateway) {
	dane := g.having(t, eid.SEFreja, identity.DK)
	number := g.NumberOf(t, dane)
	naming := g.operations.Cannot()[Naming] == ""
	told := func(o Operation) {
		t.Helper()
		b := begin(t, g, o)
		g.Approve(t, b, dane)
		p := g.Outcome(t, b)
		switch shows := g.operations.Cannot()[Persons] == ""; {
		case p.State != Done:
			t.Errorf("%s by %s: %s %s", o.Operation, o.Channel, p.State, p.Why)
		case o.Operation == eid.ProveAge:
			if p.AgeFits == nil || !*p.AgeFits || p.Seen != (Seen{}) {
				t.Errorf("her age fits %v, and more is shown: %v", p.AgeFits, p.Seen != Seen{})
			}
		case shows && (p.Seen.SSN != number || p.Seen.Country != identity.DK || p.Seen.Name == ""):
			t.Errorf("%s by %s: she is told otherwise, of country %q", o.Operation, o.Channel, p.Seen.Country)
		case !shows && p.Seen != (Seen{}):
			t.Errorf("%s by %s: she is shown", o.Operation, o.Channel)
		}
	}
	for _, o := range operations(g, t) {
		if o.EID != eid.SEFreja {
			continue
		}
		if o.Channel == eid.Backchannel {
			o.SSN, o.Country = number, identity.DK
		}
		told(o)
	}
	if !naming {
		return
	}
	o := Operation{EID: eid.SEFreja, Operation: eid.Authenticate, Channel: eid.App, SSN: number, Country: identity.DK}
	told(o)
	b := begin(t, g, o)
	g.Approve(t, b, named[eid.SEFreja])
	if p := g.Outcome(t, b); p.State != Over || p.Why != "AUTH_FAILED" || p.Seen != (Seen{}) {
		t.Errorf("a Swede in her place: %s %s, shown: %v", p.State, p.Why, p.Seen != Seen{})
	}
	o.Channel, o.Country = eid.Backchannel, identity.SE
	_, outcome := g.operations.Begin(t, o)
	outcome.Kindly(t, fault.Invalid) // the number is of no Swede
}

func danishAccount(t *testing.T, g *Gateway) {
	dane := g.having(t, eid.SEFreja, identity.DK)
	c := register(t, g, "dane", identity.DK)
	done, outcome := g.Door.Complete(t, c, login(t, g, c, "urn:grn:authn:se:frejaid", dane))
	outcome.OK(t)
	if done.SSN != "" && done.SSN != g.NumberOf(t, dane) {
		t.Error("the answer names another number")
	}
	g.hasNumber(t, c, true)
	c = register(t, g, "swede", identity.SE)
	_, outcome = g.Door.Complete(t, c, login(t, g, c, "urn:grn:authn:se:frejaid", dane))
	outcome.Is(t, fault.Invalid, "number")
	g.hasNumber(t, c, false)
}
