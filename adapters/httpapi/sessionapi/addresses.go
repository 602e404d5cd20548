package sessionapi

import (
	"net/url"
	"slices"
	"strings"

	"github.com/eidgate/eidgate/domain/organization"
)

// returnable holds for addresses that a person can be sent to, fragment included.
func returnable(address string, loopbackHTTP bool) bool {
	base, fragment, _ := strings.Cut(address, "#")
	for i := range len(fragment) {
		if b := fragment[i]; b <= ' ' || b >= 0x7f || b == '\\' || b == '#' {
			return false
		}
	}
	return len(address) <= mostText && organization.WellFormedAddress(base, loopbackHTTP)
}

// registered holds for addresses that the client may send people to. The fragment never leaves the browser, so it is
// nothing that could be registered.
func registered(client organization.Client, address string) bool {
	base, _, _ := strings.Cut(address, "#")
	return client.Addresses.AllowsReturn(base)
}

// parameter is one of a query's.
type parameter struct{ name, value string }

// with is an address with parameters that have a value added to its query, in place of those that have their names. What
// else the query holds stays as it is, a path that is missing becomes "/", and a fragment stays at the end.
func with(address string, parameters ...parameter) string {
	base, fragment, fragmented := strings.Cut(address, "#")
	path, query, _ := strings.Cut(base, "?")
	if _, rest, found := strings.Cut(path, "://"); found && !strings.Contains(rest, "/") {
		path += "/"
	}
	parameters = slices.DeleteFunc(slices.Clone(parameters), func(p parameter) bool { return p.value == "" })
	var pairs []string
	for pair := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(pair, "=")
		decoded, err := url.QueryUnescape(name)
		ours := err == nil && slices.ContainsFunc(parameters, func(p parameter) bool { return p.name == decoded })
		if pair != "" && !ours {
			pairs = append(pairs, pair)
		}
	}
	for _, p := range parameters {
		pairs = append(pairs, p.name+"="+url.QueryEscape(p.value))
	}
	if len(pairs) > 0 {
		path += "?" + strings.Join(pairs, "&")
	}
	if fragmented {
		path += "#" + fragment
	}
	return path
}

// identified are the caller's addresses as people come to them: with the session's identifier and the caller's reference.
func (c callbacks) identified(id, reference string) callbacks {
	add := func(address string) string {
		return with(address, parameter{"sessionId", id}, parameter{"externalReference", reference})
	}
	return callbacks{Success: add(c.Success), Abort: add(c.Abort), Error: add(c.Error)}
}
