package acceptance

import (
	"slices"
	"testing"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
)

// done is where people go afterwards.
const done = "http://127.0.0.1:9701/done"

// named are the people of the simulator who have an eID, and whom orders may name.
var named = map[eid.EID]string{
	eid.SEBankID: "anna", eid.SEFreja: "anna", eid.NOBankID: "kari", eid.NOVipps: "kari", eid.DKMitID: "mette", eid.FIFTN: "aino",
}

// begin starts an operation that must start.
func begin(t *testing.T, g *Gateway, o Operation) Begun {
	t.Helper()
	b, outcome := g.operations.Begin(t, o)
	outcome.OK(t)
	return b
}

func auth() Operation {
	return Operation{EID: eid.SEBankID, Operation: eid.Authenticate, Channel: eid.App}
}

// operations are all that the six eIDs have, as far as the door has it.
func operations(g *Gateway, t *testing.T) []Operation {
	t.Helper()
	cannot := g.operations.Cannot()
	var all []Operation
	add := func(channel eid.Channel, op eid.Operation, eids ...eid.EID) {
		for _, e := range eids {
			o := Operation{EID: e, Operation: op, Channel: channel}
			if op.Signs() {
				o.Text = "I agree to the offer."
			}
			if op == eid.ProveAge {
				o.LeastAge = 18
			}
			if channel == eid.Page {
				o.ReturnTo = done
			}
			if channel == eid.Backchannel {
				o.SSN = g.NumberOf(t, named[e])
			}
			if op.ByPhone() {
				o.Initiator = eid.CalledByPerson
			}
			all = append(all, o)
		}
	}
	add(eid.App, eid.Authenticate, eid.SEBankID, eid.SEFreja)
	add(eid.App, eid.Sign, eid.SEBankID, eid.SEFreja)
	add(eid.Backchannel, eid.PhoneAuthenticate, eid.SEBankID)
	add(eid.Backchannel, eid.PhoneSign, eid.SEBankID)
	add(eid.Backchannel, eid.Authenticate, eid.SEFreja, eid.NOBankID, eid.DKMitID)
	add(eid.Backchannel, eid.Sign, eid.SEFreja)
	add(eid.Page, eid.Authenticate, eid.SEBankID, eid.SEFreja, eid.NOBankID, eid.NOVipps, eid.DKMitID, eid.FIFTN)
	add(eid.Page, eid.Sign, eid.NOBankID, eid.DKMitID)
	add(eid.Page, eid.ProveAge, eid.SEBankID, eid.SEFreja, eid.NOBankID, eid.DKMitID, eid.FIFTN)
	all = append(all, Operation{EID: eid.NOVipps, Operation: eid.Authenticate, Channel: eid.Backchannel, Phone: g.PhoneOf(t, named[eid.NOVipps])})
	for i := range all {
		if all[i].EID == eid.DKMitID && all[i].Channel == eid.Backchannel {
			all[i].Binding = "blue whale"
		}
	}
	return slices.DeleteFunc(all, func(o Operation) bool { return cannot[needs(o)] != "" })
}

// needs is what an operation needs of a door, "" where every door has it.
func needs(o Operation) Ability {
	switch {
	case o.Operation.ByPhone():
		return Calls
	case o.Channel == eid.Backchannel:
		return Naming
	case o.Operation.Signs():
		return Signing
	case o.Operation == eid.ProveAge:
		return Ages
	case o.Channel == eid.Page && o.EID.Country() == identity.SE:
		return Pages
	}
	return ""
}
