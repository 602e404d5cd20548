package eid

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strings"
)

// Browser is the browser that a session belongs to.
type Browser struct {
	Name       string // a hash of the secret that it is known by; "" for no browser
	Cookieless bool   // it keeps no cookie of ours, so only the page itself knows the secret
	Address    string // its IP address as it came to the session
	Agent      string // what it calls itself (RFC 9110, User-Agent), cut to 256 characters
}

// Handheld holds for browsers that say they run on a phone or tablet, where apps are. An iPad that asks for pages as
// computers get them is one only where the browser's own name tells.
func (b Browser) Handheld() bool {
	return slices.ContainsFunc(handhelds, func(word string) bool { return strings.Contains(b.Agent, word) })
}

var handhelds = []string{"Android", "Mobile", "iPhone", "iPad", "iPod", "CriOS/", "FxiOS/", "EdgiOS/", "OPiOS/", "OPT/"}

// Proof is what the session's own browser alone is given, so that it can show the organization that it is the one that
// ended the session: 43 letters, digits, hyphens and underscores; "" as long as the session belongs to no browser. It
// tells nothing of the browser's secret, and opens nothing.
func (s Snapshot) Proof() string {
	if s.Browser.Name == "" {
		return ""
	}
	mac := hmac.New(sha256.New, []byte(s.Nonce))
	mac.Write([]byte("session proof\n" + s.ID + "\n" + s.Browser.Name))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// Proven holds for the session's own [Snapshot.Proof]. It compares in constant time.
func (s Snapshot) Proven(proof string) bool {
	return proof != "" && hmac.Equal([]byte(s.Proof()), []byte(proof))
}
