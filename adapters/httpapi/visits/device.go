package visits

import "strings"

// device is what a browser's name says about where it runs.
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
func (d device) phone() bool { return d.has("Android", "iPhone", "iPad", "iPod", "Mobile") }

// back is where the eID's app sends the person on this device, "" for what they came from. Android goes back by itself.
// iOS opens whatever address it is given, in the browser that the address belongs to: Safari its own, others one of
// their scheme. Browsers inside of other apps have none, and opening Safari instead would lose the person's session.
func (d device) back(page string) string {
	if !d.has("iPhone", "iPad", "iPod") {
		return ""
	}
	switch {
	case d.has("CriOS"):
		if rest, ok := strings.CutPrefix(page, "https://"); ok {
			return "googlechromes://" + rest
		}
		return "googlechrome://" + strings.TrimPrefix(page, "http://")
	case d.has("FxiOS"):
		return "firefox://"
	case d.has("Version/") && d.has("Safari/") && !d.has("EdgiOS", "OPiOS", "OPT/", "DuckDuckGo", "GSA/", "FBAN", "FBAV", "Instagram", "YaBrowser"):
		return page
	}
	return ""
}
