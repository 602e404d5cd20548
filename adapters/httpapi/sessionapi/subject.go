package sessionapi

import (
	"bytes"
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strconv"

	"github.com/eidgate/eidgate/domain/eid"
)

// subject is who the person is: members in their order.
type subject struct{ members []subjectMember }

type subjectMember struct {
	name  string
	value any
}

func (b *subject) add(name string, value any) {
	known := slices.ContainsFunc(b.members, func(m subjectMember) bool { return m.name == name })
	if value != nil && value != "" && !known {
		b.members = append(b.members, subjectMember{name, value})
	}
}

// MarshalJSON keeps the order of the members.
func (b *subject) MarshalJSON() ([]byte, error) {
	var w bytes.Buffer
	encoder := json.NewEncoder(&w)
	encoder.SetEscapeHTML(false)
	for i, m := range b.members {
		w.WriteByte("{,"[min(i, 1)])
		w.WriteString(strconv.Quote(m.name) + ":")
		if err := encoder.Encode(m.value); err != nil {
			return nil, err
		}
	}
	w.WriteByte('}')
	return w.Bytes(), nil
}

// subjectOf tells of the person of a completed session what was requested and is known. The identifiers come unrequested:
// id always, and idpId unless it is a national number, which nobody is told who did not ask for it.
func subjectOf(key []byte, s eid.Snapshot, requested []string) *subject {
	e := s.Evidence
	b := &subject{}
	idpID, national := idpIDOf(e)
	b.add("id", subjectID(key, e.EID, idpID, s.Order.Scope.Organization))
	asked := func(name string) bool { return slices.Contains(requested, name) }
	if !national || asked(idMember) || asked(ninMember) || e.EID == eid.FIFTN && asked(hetuMember) {
		b.add(idMember, idpID)
	}
	for _, a := range attributes[:commonMembers] {
		if !slices.ContainsFunc(requested, a.answers) {
			continue
		}
		switch value := a.tell(s).(type) {
		case nin:
			if some := value.parts(requested); some != (nin{}) {
				b.add(a.name, some)
			}
		default:
			b.add(a.name, value)
		}
	}
	for _, name := range requested {
		for _, a := range attributes[commonMembers:] {
			if a.name == name && a.of(e.EID) {
				b.add(name, a.tell(s))
			}
		}
	}
	return b
}

// idpIDOf is the eID's own name for the person, and whether that is the national number.
func idpIDOf(e eid.Evidence) (id string, national bool) {
	if numbered(e.EID) && !e.Number.IsZero() {
		return e.Number.Reveal(), true
	}
	return cmp.Or(e.PersonID, e.Subject), false
}

// subjectID names a person to one organization: always the same for the same eID, and another one to every other
// organization. It is 44 characters long. National numbers are few enough to try them all, so it is made with a key: nobody
// finds the number who did not ask for it.
func subjectID(key []byte, e eid.EID, idpID, organization string) string {
	hash := hmac.New(sha256.New, key)
	for _, part := range []string{providerOf(e), idpID, organization} {
		hash.Write([]byte(strconv.Itoa(len(part)) + ":" + part)) // so that no two triples read the same
	}
	return base64.URLEncoding.EncodeToString(hash.Sum(nil))
}
