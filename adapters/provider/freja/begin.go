package freja

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"time"
	"unicode/utf8"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/ports/outbound"
)

// rest is how long Freja is left alone between two questions about one order; it takes no more than one a second.
const rest = 3 * time.Second

// How Freja is told whom an order is for (Freja, userInfoType).
const (
	anybody  = "INFERRED"
	byNumber = "SSN"
	byPhone  = "PHONE"
)

// attribute is something that the result is to tell.
type attribute struct {
	Name string `json:"attribute"`
}

// authOrder is the value of initAuthRequest.
type authOrder struct {
	UserInfoType string      `json:"userInfoType"`
	UserInfo     string      `json:"userInfo"`
	Level        string      `json:"minRegistrationLevel"`
	Attributes   []attribute `json:"attributesToReturn"`
}

// signOrder is the value of initSignRequest.
type signOrder struct {
	authOrder
	Title         string        `json:"title,omitempty"`
	Notification  *notification `json:"pushNotification,omitempty"`
	Expiry        int64         `json:"expiry,omitempty"` // milliseconds since 1970
	DataType      string        `json:"dataToSignType"`
	Data          dataToSign    `json:"dataToSign"`
	SignatureType string        `json:"signatureType"`
}

type notification struct {
	Title string `json:"title"`
	Text  string `json:"text"`
}

type dataToSign struct {
	Text   string `json:"text"`
	Binary string `json:"binaryData,omitempty"`
}

// placed is what Freja answers to an order.
type placed struct {
	AuthRef string `json:"authRef"`
	SignRef string `json:"signRef"`
}

// Begin places the order. The organization's name is the title of what is signed; the text is signed as it stands. A
// login has no text: Freja's app shows the name of the relying party and nothing else, so the order's own is shown to
// nobody. The challenge of an order on the backchannel is empty but for a binding message that the app shows, too.
//
// It fails with [eid.ErrUnknownPerson] where Freja has no such user, and with [eid.ErrOrderRefused] for what Freja does
// not take, such as the demand of a code in place of a finger.
func (p *Provider) Begin(ctx context.Context, s eid.Snapshot) (outbound.Step, error) {
	if !p.offered(s.Order) {
		return outbound.Step{}, eid.ErrNoRoute
	}
	now := p.clock.Now()
	t := thread{Sign: s.Order.Operation.Signs(), Start: now}
	login, err := p.login(s.Order)
	if err != nil {
		return outbound.Step{}, err
	}
	t.Level, t.Named = login.Level, login.UserInfoType != anybody
	question := parameter{"initAuthRequest", login}
	if t.Sign {
		signature, err := sign(s, login, now)
		if err != nil {
			return outbound.Step{}, err
		}
		question = parameter{"initSignRequest", signature}
	}
	var order placed
	if err := p.post(ctx, t.path("init"), question, &order); err != nil {
		return outbound.Step{}, because(unplaced(err), refusal.ofOrder)
	}
	if t.Reference = order.AuthRef; t.Sign {
		t.Reference = order.SignRef
	}
	if !t.sound() {
		return outbound.Step{}, eid.ErrProviderUncertain.Because(errGarbage)
	}
	kept, err := json.Marshal(t)
	if err != nil {
		return outbound.Step{}, fault.ErrInternal.Because(errors.New("freja: a thread cannot be written"))
	}
	return outbound.Step{Challenge: challenge(s.Order, t), Thread: kept, Rest: rest}, nil
}

func challenge(o eid.Order, t thread) *eid.Challenge {
	c := &eid.Challenge{}
	if o.Channel != eid.Backchannel {
		c.AppToken, c.QR = t.Reference, eid.SEFreja.LaunchLink(t.Reference, false, "")
	}
	if t.Sign && t.Named {
		c.BindingMessage = o.BindingMessage
	}
	return c
}

func (p *Provider) login(o eid.Order) (authOrder, error) {
	if o.Require.PIN {
		return authOrder{}, eid.ErrOrderRefused.On("pin") // the person chooses between code, finger and face
	}
	a := authOrder{UserInfoType: anybody, UserInfo: "N/A", Level: "EXTENDED"}
	if o.Require.Registration == eid.Plus {
		a.Level = "PLUS"
	}
	switch n := o.Require.Person; {
	case !n.IsZero():
		info, err := ssn(n)
		if err != nil {
			return authOrder{}, err
		}
		a.UserInfoType, a.UserInfo = byNumber, info
	case o.Channel == eid.Backchannel:
		if !e164.MatchString(o.Phone) {
			return authOrder{}, eid.ErrOrderRefused.On("phone")
		}
		a.UserInfoType, a.UserInfo = byPhone, o.Phone
	}
	a.Attributes = []attribute{{"BASIC_USER_INFO"}, {"SSN"}, {"DATE_OF_BIRTH"}}
	for _, want := range []struct {
		what eid.Attributes
		name string
	}{{eid.WantAddress, "ADDRESSES"}, {eid.WantEmail, "EMAIL_ADDRESS"}, {eid.WantPhone, "ALL_PHONE_NUMBERS"}} {
		if o.Wants.Has(want.what) && o.Operation != eid.ProveAge {
			a.Attributes = append(a.Attributes, attribute{want.name})
		}
	}
	return a, nil
}

// ssn spells a number as userInfo. The canonical forms are Freja's own: 12 digits, 11, 10, and the Finnish one with its
// sign.
func ssn(n identity.Number) (string, error) {
	switch n.Country() {
	case identity.SE, identity.NO, identity.DK, identity.FI:
	default:
		return "", eid.ErrUnknownPerson.On("person")
	}
	if n.IsOrg() {
		return "", eid.ErrUnknownPerson.On("person")
	}
	text, err := json.Marshal(struct {
		Country string `json:"country"`
		SSN     string `json:"ssn"`
	}{string(n.Country()), n.Reveal()})
	if err != nil {
		return "", fault.ErrInternal.Because(errors.New("freja: a number cannot be written"))
	}
	return base64.StdEncoding.EncodeToString(text), nil
}

// Freja's limits for signatures (Freja, signature service).
const (
	longestTitle = 128
	longestText  = 4_096
	leastLife    = 2 * time.Minute
	mostLife     = 30 * 24 * time.Hour
)

// sign words what is to be signed. A digest makes it an extended signature, which covers the digest as well.
func sign(s eid.Snapshot, login authOrder, now time.Time) (signOrder, error) {
	o := s.Order
	name := oneLine(o.OnBehalfOf)
	switch {
	case utf8.RuneCountInString(name) > longestTitle:
		return signOrder{}, eid.ErrOrderRefused.On("organization")
	case utf8.RuneCountInString(o.Text) > longestText:
		return signOrder{}, eid.ErrTextTooLong.On("text")
	}
	order := signOrder{
		authOrder: login, Title: name,
		DataType: "SIMPLE_UTF8_TEXT", SignatureType: "SIMPLE", Data: dataToSign{Text: base64.StdEncoding.EncodeToString([]byte(o.Text))},
	}
	if o.Digest != "" {
		order.DataType, order.SignatureType = "EXTENDED_UTF8_TEXT", "EXTENDED"
		order.Data.Binary = base64.StdEncoding.EncodeToString([]byte(o.Digest))
	}
	if login.UserInfoType != anybody && name != "" {
		order.Notification = &notification{Title: name, Text: notice(o)}
	}
	if life := s.ExpiresAt.Sub(now); life > leastLife {
		order.Expiry = now.Add(min(life, mostLife)).UnixMilli()
	}
	return order, nil
}

// notices are what the person's device says where there is no message to compare.
var notices = map[string]string{
	"sv": "Du har något att skriva under.", "nb": "Du har noe å signere.", "no": "Du har noe å signere.",
	"da": "Du har noget at underskrive.", "fi": "Sinulla on allekirjoitettavaa.",
}

func notice(o eid.Order) string {
	if o.BindingMessage != "" {
		return o.BindingMessage
	}
	if text, ok := notices[o.Language]; ok {
		return text
	}
	return "You have something to sign."
}
