package idkollen

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// operation is one start, and what its body may hold.
type operation struct {
	follow string // below which its orders are asked for

	required []string
	fields   map[string]rule

	tokens, qr, page, binding bool // what the start answers with
}

// rule says whether a member's value is as documented.
type rule func(s *Service, value any) bool

func text(least, most int) rule {
	return func(_ *Service, value any) bool {
		t, ok := value.(string)
		return ok && utf8.RuneCountInString(t) >= least && utf8.RuneCountInString(t) <= most
	}
}

func boolean(_ *Service, value any) bool { _, ok := value.(bool); return ok }

func oneOf(words ...string) rule {
	return func(_ *Service, value any) bool {
		t, ok := value.(string)
		return ok && slices.Contains(words, t)
	}
}

func digits(n int) rule {
	return func(_ *Service, value any) bool {
		t, ok := value.(string)
		return ok && len(t) == n && strings.Trim(t, "0123456789") == ""
	}
}

func reference(_ *Service, value any) bool {
	t, ok := value.(string)
	return ok && t != "" && utf8.RuneCountInString(t) <= 130 && !strings.ContainsAny(t, "%<")
}

func orgNumber(_ *Service, value any) bool {
	t, ok := value.(string)
	return ok && len(t) == 11 && t[6] == '-'
}

func names(_ *Service, value any) bool {
	list, ok := value.([]any)
	return ok && len(list) > 0 && !slices.ContainsFunc(list, func(v any) bool { t, ok := v.(string); return !ok || t == "" })
}

// address holds for https addresses at allowed hosts. Browsers may also go to http on loopback here, because gateways
// under development live there.
func address(browser bool) rule {
	return func(s *Service, value any) bool {
		t, _ := value.(string)
		u, err := url.Parse(t)
		return err == nil && slices.Contains(s.config.Allowed, u.Host) &&
			(u.Scheme == "https" || browser && u.Scheme == "http" && strings.HasPrefix(u.Host, "127.0.0.1"))
	}
}

// join puts rules together.
func join(all ...map[string]rule) map[string]rule {
	joined := map[string]rule{"refId": text(1, 1_000)}
	for _, m := range all {
		maps.Copy(joined, m)
	}
	return joined
}

// operations are all of them, by path.
func operations() map[string]operation {
	call := map[string]rule{"callbackUrl": address(false)}
	back := map[string]rule{"redirectUrl": address(true)}
	swede := map[string]rule{"ssn": digits(12), "pinRequired": boolean, "orgNumber": orgNumber, "requestAddress": boolean}
	byIP := map[string]rule{"ipAddress": text(2, 45)}
	byPhone := map[string]rule{"callInitiator": oneOf("USER", "RP")}
	intent := map[string]rule{"intent": text(1, 1_500)}
	signed := map[string]rule{"text": text(1, 50_000), "digest": text(1, 2_000)}
	freja := map[string]rule{
		"ssn": text(10, 12), "minRegistrationLevel": oneOf("EXTENDED", "PLUS"), "orgNumber": orgNumber, "requestAddress": boolean,
	}
	country := map[string]rule{"country": oneOf(sweden, norway, denmark, finland)}
	frejaText := map[string]rule{"text": text(1, 4_096)}
	reach := map[string]rule{"requestPhone": boolean, "requestEmail": boolean, "requestAddress": boolean}
	number := map[string]rule{"requestSsn": boolean}
	app := map[string]rule{"appCallbackUri": text(1, 500)}
	papers := map[string]rule{"text": text(1, 118), "documents": names}
	return map[string]operation{
		"/v3/bankid-se/auth":       {follow: "/v3/bankid-se/auth", fields: join(call, swede, byIP, intent), tokens: true},
		"/v3/bankid-se/sign":       {follow: "/v3/bankid-se/sign", fields: join(call, swede, byIP, signed), required: []string{"text"}, tokens: true},
		"/v3/bankid-se/phone/auth": {follow: "/v3/bankid-se/auth", fields: join(call, swede, byPhone, intent), required: []string{"ssn", "callInitiator"}},
		"/v3/bankid-se/phone/sign": {follow: "/v3/bankid-se/sign", fields: join(call, swede, byPhone, signed), required: []string{"ssn", "callInitiator", "text"}},

		"/v3/freja/auth":             {follow: "/v3/freja/auth", fields: join(call, freja, country), qr: true},
		"/v3/freja/sign":             {follow: "/v3/freja/sign", fields: join(call, freja, country, frejaText), required: []string{"text"}, qr: true},
		"/v3/freja/backchannel/auth": {follow: "/v3/freja/auth", fields: join(call, freja, country), required: []string{"ssn", "country"}},
		"/v3/freja/backchannel/sign": {follow: "/v3/freja/sign", fields: join(call, freja, country, frejaText), required: []string{"ssn", "country", "text"}},

		"/v3/bankid-no/auth":             {follow: "/v3/bankid-no/auth", fields: join(back, number, reach, app), page: true},
		"/v3/bankid-no/sign":             {follow: "/v3/bankid-no/sign", fields: join(back, number, reach, papers), page: true},
		"/v3/bankid-no/backchannel/auth": {follow: "/v3/bankid-no/auth", fields: join(call, map[string]rule{"ssn": digits(11)}), required: []string{"ssn"}, binding: true},

		"/v3/vipps/auth": {follow: "/v3/vipps/auth", fields: join(back, number, reach, app), page: true},
		"/v3/vipps/backchannel/auth": {follow: "/v3/vipps/auth", required: []string{"phone"}, fields: join(call, number,
			map[string]rule{"phone": text(8, 16), "requestEmail": boolean, "requestAddress": boolean})},

		"/v3/mitid/auth": {follow: "/v3/mitid/auth", fields: join(back, reach, map[string]rule{"referenceText": reference}), page: true},
		"/v3/mitid/sign": {follow: "/v3/mitid/sign", fields: join(back, map[string]rule{"text": text(1, 600)}), required: []string{"text"}, page: true},
		"/v3/mitid/backchannel/auth": {follow: "/v3/mitid/auth", required: []string{"ssn", "bindingMessage"}, binding: true,
			fields: join(call, map[string]rule{"ssn": digits(10), "bindingMessage": text(1, 130)})},

		"/v3/ftn/auth": {follow: "/v3/ftn/auth", fields: join(back, reach), page: true},
	}
}

// read takes a body apart; why is "" when it is good.
func (s *Service) read(op operation, raw []byte) (body map[string]any, why string) {
	if json.Unmarshal(raw, &body) != nil || body == nil {
		return nil, "the body is no JSON object"
	}
	for name, value := range body {
		rule, known := op.fields[name]
		switch {
		case !known:
			return nil, fmt.Sprintf("unknown member %q", name)
		case value == nil && !slices.Contains(op.required, name):
			delete(body, name)
		case !rule(s, value):
			return nil, fmt.Sprintf("%s is invalid", name)
		}
	}
	for _, name := range op.required {
		if body[name] == nil {
			return nil, name + " is required"
		}
	}
	if _, signs := op.fields["documents"]; signs && (body["text"] == nil) == (body["documents"] == nil) {
		return nil, "exactly one of text and documents"
	}
	if _, freja := op.fields["country"]; freja && body["ssn"] != nil && !numbered(s, body) {
		return nil, "ssn is no number of the country"
	}
	return body, ""
}

// numbered says whether a number has the form of the country that is named with it, and of Sweden where none is.
func numbered(s *Service, body map[string]any) bool {
	switch number := body["ssn"]; body["country"] {
	case norway:
		return digits(11)(s, number)
	case denmark:
		return digits(10)(s, number)
	case finland:
		t, _ := number.(string)
		return len(t) == 11 && strings.ContainsAny(t[6:7], "+-ABCDEFUVWXY")
	default:
		return digits(12)(s, number)
	}
}
