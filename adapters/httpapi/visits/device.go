package visits

import (
	"html/template"
	"slices"
	"strings"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/inbound"
)

// device is what a browser's name says about where it runs (RFC 9110, User-Agent).
type device struct{ agent string }

func (d device) has(words ...string) bool {
	for _, w := range words {
		if strings.Contains(d.agent, w) {
			return true
		}
	}
	return false
}

// phone holds for phones and tablets: there the eID's app is on the same device more often than not.
func (d device) phone() bool { return eid.Browser{Agent: d.agent}.Handheld() }

// apple holds for iPhones and iPads. Where the latter ask for pages as computers get them, only the browser's own name
// tells.
func (d device) apple() bool {
	return !d.has("Android", "Windows") && (d.has("iPhone", "iPad", "iPod") || d.has("CriOS/", "FxiOS/", "EdgiOS/", "OPiOS/", "OPT/"))
}

// either holds for browsers whose name is one of a Mac and of an iPad alike: Safari on an iPad asks for pages as computers
// get them unless it is told otherwise, and so do those that take its name.
func (d device) either() bool {
	return !d.apple() && d.has("Macintosh") && d.has("Version/") && !d.has("Chrome/")
}

// back is where the eID's app sends the person when it is done, "" for nowhere. Android goes back by itself, and so do
// computers. iOS opens whatever address it is given, in its default browser or in the app that the scheme belongs to,
// so that each browser has an address of its own (BankID, return URL; its sample code for Chrome, Firefox and Opera;
// Microsoft for Edge; DuckDuckGo's source). Chrome and Firefox come back to the tab that was left if they are given no
// page, and would open another one for it. All others are opened at the page, whose session is the browser's.
//
// Browsers inside of other apps name that app behind, or in place of, Safari. They, and those that nobody here knows, have
// no address: Safari would open instead, where the session is another browser's. The person goes back by hand then.
func (d device) back(page string) string {
	if !d.apple() && !d.either() {
		return ""
	}
	own := slices.DeleteFunc(products(d.agent), func(name string) bool { return slices.Contains(safari, name) })
	switch {
	case len(own) == 0 && d.has("Version/") && d.has("Safari/"):
		return page
	case len(own) != 1:
		return ""
	case own[0] == "CriOS":
		return "googlechrome://"
	case own[0] == "FxiOS":
		return "firefox://"
	case page == "":
		return ""
	}
	switch own[0] {
	case "EdgiOS":
		return "microsoft-edge-" + page
	case "OPT":
		return "touch-" + page
	case "OPiOS":
		return "opera-" + page
	case "Ddg", "DuckDuckGo":
		return "ddgQuickLink://" + page
	}
	return ""
}

// launch makes the link that opens the eID's app on this device, and the one to use in its place if the screen can be
// touched, which only a script can know. A framed page is no page by itself: the way back leads to the browser alone.
func (w *view) launch(v inbound.Visit, d device, base string) {
	page := base + w.Self
	if w.Framed {
		page = ""
	}
	w.Launch = template.URL(v.EID.LaunchLink(v.Challenge.AppToken, d.phone(), d.back(page))) //nolint:gosec // the token is escaped there
	if d.either() {
		w.Touched = template.URL(v.EID.LaunchLink(v.Challenge.AppToken, true, d.back(page))) //nolint:gosec // the token is escaped there
	}
}

// safari is what Safari on an iPhone or iPad calls itself: all browsers there do, and add what they are.
var safari = []string{"Mozilla", "AppleWebKit", "Version", "Mobile", "Safari"}

// products are the names in a browser's name for itself, without versions and comments.
func products(agent string) []string {
	var names []string
	depth := 0
	for _, word := range strings.Fields(agent) {
		name, _, _ := strings.Cut(word, "/")
		opened, closed := strings.Count(word, "("), strings.Count(word, ")")
		if depth == 0 && opened == 0 {
			names = append(names, name)
		}
		depth = max(depth+opened-closed, 0)
	}
	return names
}
