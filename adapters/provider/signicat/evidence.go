package signicat

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"net/netip"
	"strings"
	"time"

	"github.com/eidgate/eidgate/adapters/provider"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
)

// allKinds lets every kind of number through: which of them an organization accepts is decided where it is known.
const allKinds = identity.AllowSynthetic | identity.AllowHelp | identity.AllowInterim | identity.AllowReplacement |
	identity.AllowTemporary | identity.AllowNO2032

// evidence says in our words what a session proves that ended well. It fails with [eid.ErrEvidenceRejected] where that is not
// about this order, or about an eID that nobody asked for.
func (s session) evidence(t thread, now time.Time) (eid.Evidence, error) {
	scheme := schemes[t.EID]
	switch {
	case !s.echoed:
		return eid.Evidence{}, rejected("our reference did not come back")
	case s.provider != scheme.id:
		return eid.Evidence{}, rejected("the eID is none that was asked for")
	case s.subject == nil:
		return eid.Evidence{}, rejected("nobody says who the person is")
	}
	f := &provider.Members{Of: s.subject}
	n, given, err := s.number(f, t.EID)
	if err != nil {
		return eid.Evidence{}, err
	}
	e := eid.Evidence{
		Provider: Name, EID: t.EID, TokenID: t.ID, IssuedAt: now,
		Name: provider.Readable(f.Text("name"), provider.LongestName), GivenName: provider.Readable(f.Text("firstName"), provider.LongestName),
		Surname: provider.Readable(f.Text("lastName"), provider.LongestName), BirthDate: day(f.Text("dateOfBirth")),
		Phone: provider.International(f.Text("phoneNumber")), Email: provider.Mailbox(f.Text("email")), Address: address(s.subject["address"]),
		Device:   device(f.Text("sbidDeviceIp")),
		IssuerID: provider.Readable(cmp.Or(f.Text("nbidOriginator"), f.Text("ftnIdp")), provider.LongestName),
		Proofs:   []eid.Proof{{Kind: "signicat_session", MediaType: "application/json", Data: s.raw}},
	}
	e.Name = cmp.Or(e.Name, strings.TrimSpace(e.GivenName+" "+e.Surname))
	if given {
		e.Number, e.Malformed = parse(t.EID, n, now)
	}
	e.Assurance = s.level(f, t.EID)
	e.Context = contextOf(t.EID, e.Assurance)
	if !t.knownWell(f.Text("frejaRegistrationLevel")) {
		return eid.Evidence{}, rejected("the person is less well known than asked for")
	}
	e.PersonID = personID(f, t.EID, n)
	e.Proofs = append(e.Proofs, proofs(f)...)
	id := provider.Readable(f.Text("id"), provider.LongestName)
	if f.Wrong {
		return eid.Evidence{}, rejected("the answer is not what the API says")
	}
	// Where neither Signicat nor the scheme has a name for the person, every order is somebody new.
	e.Subject = cmp.Or(id, e.PersonID, t.ID)
	return e, nil
}

// knownWell holds when the registration level that is stated is the one that was asked for, or above. Where none is, it cannot
// be the highest.
func (t thread) knownWell(stated string) bool {
	levels := schemes[eid.SEFreja].levels
	if t.EID != eid.SEFreja || stated == "" {
		return t.Level != eid.Plus
	}
	least := eid.Substantial
	if t.Level == eid.Plus {
		least = eid.High
	}
	return levels[strings.ToUpper(stated)] >= least
}

// level is how sure the answer is of the person: the lower of what Signicat and the eID itself say, and where neither says
// anything, the level below which the eID issues nothing.
func (s session) level(f *provider.Members, e eid.EID) eid.Assurance {
	if e == eid.NOVipps {
		return eid.Unstated // whatever anybody says: it is notified at no level
	}
	scheme := schemes[e]
	stated := map[string]eid.Assurance{"LOW": eid.Low, "SUBSTANTIAL": eid.Substantial, "HIGH": eid.High}[strings.ToUpper(s.loa)]
	own := eid.Unstated
	if scheme.states != "" {
		own = scheme.levels[strings.ToUpper(f.Text(scheme.states))]
	}
	switch {
	case stated == eid.Unstated:
		return cmp.Or(own, scheme.least)
	case own == eid.Unstated:
		return stated
	}
	return min(stated, own)
}

// number is the national number as it is written, or why it cannot be one of the eID's country. Freja serves people of other
// countries as well, whose numbers are not Swedish ones: they count as none.
func (s session) number(f *provider.Members, e eid.EID) (text string, given bool, err error) {
	scheme := schemes[e]
	text, country := "", ""
	if raw := s.subject["nin"]; len(raw) > 0 && raw[0] == '"' {
		text = f.Text("nin")
	} else {
		n := &provider.Members{Of: provider.Member[provider.Object](f, "nin")}
		text, country = n.Text("value"), n.Text("issuingCountry")
		f.Wrong = f.Wrong || n.Wrong
	}
	if country == "" {
		country = f.Text("nin.issuingCountry")
	}
	if hetu := f.Text("ftnHetu"); e == eid.FIFTN && hetu != "" {
		if text != "" && text != hetu {
			return "", false, rejected("there are two national numbers")
		}
		text = hetu
	}
	switch {
	case text == "":
		return "", false, nil
	case e == eid.SEFreja && !scheme.country(country):
		return "", false, nil
	case country != "" && !scheme.country(country):
		return "", false, rejected("the national number is of another country")
	}
	return text, true, nil
}

func parse(e eid.EID, text string, now time.Time) (n identity.Number, malformed bool) {
	country := e.Country()
	n, err := identity.ParsePerson(country, text, identity.Options{AsOf: country.Today(now), Allow: allKinds})
	return n, err != nil
}

// personID is the scheme's own lasting identifier. Where it has none, Signicat takes the national number in its place, which is
// no identifier to hand around.
func personID(f *provider.Members, e eid.EID, number string) string {
	own := map[eid.EID]string{eid.NOBankID: "nbidAlternativeSubject", eid.DKMitID: "mitidUuid", eid.NOVipps: "vippsSub"}[e]
	id := f.Text("idpId")
	if own != "" {
		id = cmp.Or(f.Text(own), id)
	}
	id = provider.Readable(id, provider.LongestName)
	for _, country := range []identity.Country{identity.SE, identity.NO, identity.DK, identity.FI} {
		if _, err := identity.ParsePerson(country, id, identity.Options{AsOf: anyDay, Allow: allKinds}); err == nil {
			return ""
		}
	}
	if e == eid.SEBankID || e == eid.FIFTN || id == number {
		return ""
	}
	return id
}

// anyDay is late enough for everybody's birth to be in the past.
var anyDay = time.Date(2099, time.December, 31, 0, 0, 0, 0, time.UTC)

// proofs are what Swedish BankID issues: the signature, and what the scheme said of the certificate when it was made.
func proofs(f *provider.Members) (all []eid.Proof) {
	for _, one := range []struct{ name, kind, media string }{
		{"sbidXmlSignature", "signature", "application/xml"}, {"sbidOcspResponse", "ocsp_response", "application/ocsp-response"},
	} {
		text := f.Text(one.name)
		if text == "" {
			continue
		}
		data, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			data = []byte(text) // as it came
		}
		all = append(all, eid.Proof{Kind: one.kind, MediaType: one.media, Data: data})
	}
	return all
}

func device(text string) string {
	a, err := netip.ParseAddr(text)
	if err != nil || a.Zone() != "" {
		return ""
	}
	return a.String()
}

// day reads a date, with a time of day behind it or without.
func day(text string) identity.Date {
	text, _, _ = strings.Cut(text, "T")
	d, _ := identity.ParseDate(text)
	return d
}

// address reads an address, which is a text in one place and an object in another (OpenID Connect Core 1.0 section 5.1.1), or
// a text that is such an object.
func address(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		if !strings.HasPrefix(text, "{") {
			return provider.OneLine(text)
		}
		raw = json.RawMessage(text)
	}
	var a struct {
		Formatted string `json:"formatted"`
		Street    string `json:"street_address"`
		Street2   string `json:"streetAddress"`
		Code      string `json:"postal_code"`
		Code2     string `json:"postalCode"`
		Town      string `json:"locality"`
		Town2     string `json:"city"`
	}
	if json.Unmarshal(raw, &a) != nil {
		return ""
	}
	if a.Formatted != "" {
		return provider.OneLine(a.Formatted)
	}
	town := strings.TrimSpace(cmp.Or(a.Code, a.Code2) + " " + cmp.Or(a.Town, a.Town2))
	return provider.OneLine(cmp.Or(a.Street, a.Street2) + "\n" + town)
}
