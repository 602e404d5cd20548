package portal

import (
	"html/template"
	"net/url"
	"regexp"
	"strings"
)

// piece is a part of a letter: text, or an address of ours that can be gone to.
type piece struct {
	Text string
	Href template.URL
}

var addresses = regexp.MustCompile(`https?://[^\s<>"]+`)

// pieces finds the addresses in a text that are ours; all else stays text.
func (m *Mailbox) pieces(text string) []piece {
	var all []piece
	from := 0
	for _, at := range addresses.FindAllStringIndex(text, -1) {
		found := strings.TrimRight(text[at[0]:at[1]], ".,;:!?')")
		if !m.own(found) {
			continue
		}
		if at[0] > from {
			all = append(all, piece{Text: text[from:at[0]]})
		}
		from = at[0] + len(found)
		all = append(all, piece{Text: found, Href: template.URL(found)}) //nolint:gosec // an address of ours, by scheme and host
	}
	if from < len(text) {
		all = append(all, piece{Text: text[from:]})
	}
	return all
}

// own holds for addresses below the public one.
func (m *Mailbox) own(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.User != nil || u.Scheme != m.public.Scheme || u.Host != m.public.Host {
		return false
	}
	base := strings.TrimSuffix(m.public.Path, "/")
	return u.Path == base || strings.HasPrefix(u.Path, base+"/")
}
