package sessionapi

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
)

// attribute is something that callers can ask to be told of a person.
type attribute struct {
	name  string
	eids  []eid.EID      // that tell it; nil for all
	wants eid.Attributes // what the order has to want for it
	tell  func(eid.Snapshot) any
}

// attributes is the table, in the order in which subjects have their members; what is not among a subject's common
// members comes in the order in which it was requested. tell gives "" or nil for what the evidence does not say. Names
// that are not in the table are nobody's, and are ignored.
var attributes = []attribute{
	text("name", 0, func(e eid.Evidence) string { return e.Name }),
	text("firstName", 0, func(e eid.Evidence) string { return e.GivenName }),
	text("lastName", 0, func(e eid.Evidence) string { return e.Surname }),
	{name: "dateOfBirth", tell: func(s eid.Snapshot) any { return birth(s).ISO() }},
	{name: ninMember, wants: eid.WantNumber, tell: func(s eid.Snapshot) any { return ninOf(s.Evidence.Number) }},
	text("email", eid.WantEmail, func(e eid.Evidence) string { return e.Email }),
	text("phoneNumber", eid.WantPhone, func(e eid.Evidence) string { return e.Phone }),
	text("address", eid.WantAddress, func(e eid.Evidence) string { return e.Address }),

	text("sbidDeviceIp", eid.WantDevice, func(e eid.Evidence) string { return e.Device }, eid.SEBankID),
	text("sbidXmlSignature", eid.WantProofs, proof("signature"), eid.SEBankID),
	text("sbidOcspResponse", eid.WantProofs, proof("ocsp_response"), eid.SEBankID),

	text("nbidAlternativeSubject", 0, func(e eid.Evidence) string { return e.PersonID }, eid.NOBankID),
	text("nbidIdp", 0, nbidIdp, eid.NOBankID),
	text("nbidOriginator", 0, func(e eid.Evidence) string { return e.IssuerID }, eid.NOBankID),
	text("nbidAuthTime", 0, authTime, eid.NOBankID),

	text("mitidUuid", 0, func(e eid.Evidence) string { return e.PersonID }, eid.DKMitID),
	text("mitidLoa", 0, func(e eid.Evidence) string { return strings.ToUpper(e.Assurance.String()) }, eid.DKMitID),
	{name: "mitidHasCpr", eids: []eid.EID{eid.DKMitID}, wants: eid.WantNumber, tell: func(s eid.Snapshot) any {
		if s.Evidence.Number.IsZero() {
			return nil // which may have other reasons
		}
		return true
	}},
	{name: "mitidReferenceTextBody", eids: []eid.EID{eid.DKMitID}, tell: func(s eid.Snapshot) any { return s.Order.Text }},

	text(hetuMember, eid.WantNumber, func(e eid.Evidence) string { return e.Number.Reveal() }, eid.FIFTN),
	text("ftnIdp", 0, func(e eid.Evidence) string { return e.IssuerID }, eid.FIFTN),
	text("ftnSub", 0, func(e eid.Evidence) string { return e.Subject }, eid.FIFTN),

	text("fullName", 0, func(e eid.Evidence) string { return e.Name }, eid.SEFreja),
	text("frejaRegistrationLevel", 0, func(e eid.Evidence) string { return registrations[e.Assurance] }, eid.SEFreja),
	text("frejaRelyingPartyUserId", 0, func(e eid.Evidence) string { return e.Subject }, eid.SEFreja),
	{name: "frejaAge", eids: []eid.EID{eid.SEFreja}, tell: func(s eid.Snapshot) any {
		if years, known := birth(s).Age(identity.SE.Today(s.SettledAt)); known {
			return strconv.Itoa(years)
		}
		return ""
	}},

	text("vippsSub", 0, func(e eid.Evidence) string { return e.Subject }, eid.NOVipps),
}

// registrations are Freja's words for how well it knows somebody, which is what its levels of assurance rest on.
var registrations = map[eid.Assurance]string{eid.Low: "BASIC", eid.Substantial: "EXTENDED", eid.High: "PLUS"}

const (
	ninMember  = "nin"
	hetuMember = "ftnHetu"
	idMember   = "idpId"
)

// commonMembers is how many rows of the table have a fixed place in a subject.
const commonMembers = 6

func text(name string, wants eid.Attributes, of func(eid.Evidence) string, eids ...eid.EID) attribute {
	return attribute{name: name, eids: eids, wants: wants, tell: func(s eid.Snapshot) any { return of(s.Evidence) }}
}

func (a attribute) of(e eid.EID) bool { return len(a.eids) == 0 || slices.Contains(a.eids, e) }

// wanted is what the order of a session has to want for the attributes, and for the names that its people have.
func wanted(requested []string, candidates []eid.EID) eid.Attributes {
	var w eid.Attributes
	for _, e := range candidates {
		if numbered(e) {
			w |= eid.WantNumber
		}
		for _, a := range attributes {
			if a.of(e) && slices.ContainsFunc(requested, a.answers) {
				w |= a.wants
			}
		}
	}
	return w
}

// answers holds for the attribute's own name, and of an object for those of its members.
func (a attribute) answers(requested string) bool {
	outer, _, dotted := strings.Cut(requested, ".")
	return requested == a.name || dotted && outer == a.name && a.name == ninMember
}

// numbered holds for eIDs whose people have no other lasting name than their national number.
func numbered(e eid.EID) bool { return e == eid.SEBankID || e == eid.FIFTN }

// birth is when the person was born: as the provider states it, else as the number tells.
func birth(s eid.Snapshot) identity.Date {
	e := s.Evidence
	if e.BirthDate.Complete() || e.Number.IsZero() {
		return e.BirthDate
	}
	return e.Number.Birth(e.EID.Country().Today(s.SettledAt))
}

func proof(kind string) func(eid.Evidence) string {
	return func(e eid.Evidence) string {
		for _, p := range e.Proofs {
			if p.Kind == kind {
				return base64.StdEncoding.EncodeToString(p.Data)
			}
		}
		return ""
	}
}

// nbidIdp is the mechanism that the person used, as far as the level tells.
func nbidIdp(e eid.Evidence) string {
	switch e.Context {
	case bidContext:
		return "BID"
	case bisContext:
		return "BIS"
	}
	return ""
}

func authTime(e eid.Evidence) string {
	if e.IssuedAt.IsZero() {
		return ""
	}
	return strconv.FormatInt(e.IssuedAt.Unix(), 10)
}

// nin is a national number on the wire.
type nin struct {
	Value   string `json:"value,omitempty"`
	Country string `json:"issuingCountry,omitempty"`
	Type    string `json:"type,omitempty"`
}

func ninOf(n identity.Number) any {
	if n.IsZero() {
		return nil
	}
	kind := "PERSON"
	if n.Country() == identity.NO {
		kind = "BIRTH"
	}
	return nin{Value: n.Reveal(), Country: string(n.Country()), Type: kind}
}

// parts is as much of the number as was requested member by member.
func (n nin) parts(requested []string) (some nin) {
	for _, name := range requested {
		switch name {
		case ninMember:
			return n
		case "nin.value":
			some.Value = n.Value
		case "nin.issuingCountry":
			some.Country = n.Country
		case "nin.type":
			some.Type = n.Type
		}
	}
	return some
}
