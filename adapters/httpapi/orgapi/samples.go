package orgapi

import (
	"maps"
	"net/http"
	"reflect"
	"slices"
	"time"

	"github.com/eidgate/eidgate/ports/inbound"
)

// mostSampleLife is in seconds.
const mostSampleLife = 365 * 24 * 60 * 60

// getSample shows what the tokens of a user would be. expired and expiration_in_seconds contradict each other.
func (s *Surface) getSample(r *request) (int, any, error) {
	p := r.params
	sample := inbound.TokenSample{User: p.Text("user_id"), Authorization: p.Text("authorization_id"), Application: p.Text("application_id")}
	if expired := p.Flag("expired"); expired != nil {
		sample.Expired = *expired
	}
	if life := p.Whole("expiration_in_seconds"); life != nil {
		if *life < 1 || *life > mostSampleLife {
			p.Blame("expiration_in_seconds", "life_invalid", "A sample lives for 1 second to 1 year.")
		}
		sample.Life = time.Duration(*life) * time.Second
	}
	if err := p.Err(); err != nil {
		return 0, nil, err
	}
	pair, err := s.Tokens.Sample(r.ctx(), r.m, sample)
	if err != nil {
		return 0, nil, err
	}
	return http.StatusOK, sampleBody{
		Domain: r.m.Target.Domain, Type: "__JwtSamples__",
		Access: pair.Access, AccessKeys: claimKeys(pair.AccessClaims), Identity: pair.Identity, IdentityKeys: claimKeys(pair.IdentityClaims),
	}, nil
}

// claimKeys lists the names of claims, sorted. A claim that is an object is a pair: its name, and the sorted names of its
// members. Where an empty one comes first the API's samples have a triple instead: its name, null, and the name that
// follows; callers that walk the list by place find things where they were.
func claimKeys(claims map[string]any) []any {
	names := slices.Sorted(maps.Keys(claims))
	keys := make([]any, 0, len(names))
	for i := 0; i < len(names); i++ {
		members, object := memberNames(claims[names[i]])
		switch {
		case !object:
			keys = append(keys, names[i])
		case i == 0 && len(members) == 0 && len(names) > 1:
			keys = append(keys, []any{names[0], nil, names[1]})
			i++
		default:
			keys = append(keys, []any{names[i], members})
		}
	}
	return keys
}

func memberNames(claim any) (names []string, object bool) {
	v := reflect.ValueOf(claim)
	if v.Kind() != reflect.Map {
		return nil, false
	}
	names = []string{}
	for _, k := range v.MapKeys() {
		names = append(names, k.String())
	}
	slices.Sort(names)
	return names, true
}

// The wire.

type sampleBody struct {
	Domain       string `json:"__domain__"`
	Type         string `json:"__type__"`
	Access       string `json:"access_token_jwt"`
	AccessKeys   []any  `json:"access_token_keys"`
	Identity     string `json:"id_token_jwt"`
	IdentityKeys []any  `json:"id_token_keys"`
}
