package visits

import (
	"html/template"
	"net/url"
	"slices"
	"strings"
)

// runs are schemes that make a browser run or show what the address itself holds.
var runs = []string{"javascript", "data", "vbscript", "blob", "file", "filesystem", "about", "view-source"}

// linkable is an address that may stand on a page and be gone to: of the web, or one that opens an app. "" for all else.
func linkable(address string) template.URL {
	u, err := url.Parse(address)
	if err != nil || u.Scheme == "" || u.Opaque != "" || slices.Contains(runs, u.Scheme) || !strings.Contains(address, "://") {
		return ""
	}
	return template.URL(address) //nolint:gosec // that is what this function is for
}

// webAddress is an address of the web, "" for all else.
func webAddress(address string) template.URL {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return ""
	}
	return template.URL(address) //nolint:gosec // that is what this function is for
}

// path is one of the addresses of a session, in the language that the person picked.
func path(ticket, rest, language string, more ...string) string {
	query := url.Values{}
	if language != "" {
		query.Set("lang", language)
	}
	for i := 0; i+1 < len(more); i += 2 {
		query.Set(more[i], more[i+1])
	}
	address := "/s/" + url.PathEscape(ticket) + rest
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	return address
}
