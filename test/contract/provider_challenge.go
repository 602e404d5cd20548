package contract

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"testing"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/outbound"
)

// providerChallenge looks at what the person is shown: it must be something to go on with.
func providerChallenge(t *testing.T, o outbound.Offer, s eid.Snapshot, step outbound.Step) {
	t.Helper()
	c := *step.Challenge
	switch o.Channel {
	case eid.Redirect:
		providerAddress(t, s, c)
	case eid.Page:
		if u, err := url.Parse(c.URL); err != nil || !u.IsAbs() {
			t.Errorf("%s: there is no address to send the browser to", way(o))
		}
	case eid.App:
		if c.AppToken == "" || c.QR == "" && c.Animated.IsZero() {
			t.Errorf("%s: neither an app can be opened nor a code be scanned", way(o))
		}
	}
	if c.Animated.IsZero() {
		return
	}
	if c.QR != c.Animated.At(c.Animated.Start) {
		t.Errorf("%s: the first code is not the one that the animation says", way(o))
	}
}

// onePage is a PDF document of one empty page.
const onePage = "%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n" +
	"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>\nendobj\nxref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n" +
	"0000000054 00000 n \n0000000105 00000 n \ntrailer\n<</Size 4/Root 1 0 R>>\nstartxref\n170\n%%EOF\n"

// OnePage is a PDF document of one empty page.
func OnePage() []byte { return []byte(onePage) }

// providerDocuments are the promises about documents.
func providerDocuments(t *testing.T, open func(t *testing.T) Rig) {
	t.Run("documents come back signed, one for each", func(t *testing.T) {
		r := open(t)
		all, _ := r.offers()
		for _, o := range all {
			if !o.Documents {
				continue
			}
			s := r.Order(t, o)
			sum := sha256.Sum256([]byte(onePage))
			s.Order.Text = ""
			s.Order.Documents = []eid.Document{
				{ID: "d1", Name: "one.pdf", Hash: hex.EncodeToString(sum[:]), Content: []byte(onePage)},
				{ID: "d2", Name: "two.pdf", Hash: hex.EncodeToString(sum[:]), Content: []byte(onePage)},
			}
			step := r.begin(t, s)
			got := r.settle(t, step.Thread, r.Approve(t, s, step))
			providerEvidence(t, r, s, got)
			if len(got.Evidence.Documents) != 2 {
				t.Fatalf("%s: %d documents came back", way(o), len(got.Evidence.Documents))
			}
			for _, d := range got.Evidence.Documents {
				if len(d.Content) <= len(onePage) {
					t.Errorf("%s: a document came back no longer than it went", way(o))
				}
			}
		}
	})
}
