package signicat

import (
	"bytes"
	"time"

	"github.com/eidgate/eidgate/adapters/provider"
	"github.com/eidgate/eidgate/domain/eid"
)

// The states in which a session is over. All others, those that are new to us as well, mean that it goes on.
const (
	success   = "SUCCESS"
	aborted   = "ABORT"
	failed    = "ERROR"
	cancelled = "CANCELLED"
	expired   = "EXPIRED"
	invalid   = "INVALID"
)

func over(status string) bool {
	switch status {
	case success, aborted, failed, cancelled, expired, invalid:
		return true
	}
	return false
}

// session is a session as Signicat tells it.
type session struct {
	status, address, provider, loa string
	expires                        time.Time // zero where it does not say
	data                           data
	code                           string // of what went wrong
	echoed                         bool   // our reference came back
	subject                        provider.Object
	raw                            []byte // in clear
}

// data is what is taken of idpData.
type data struct {
	appToken, qr, progress string
}

// longestQR bounds the text of a QR code; that of an animated one has some 120 characters.
const longestQR = 500

// readSession reads an answer about the session of a thread whose identifier may not be known yet. An answer that belongs in
// an envelope, and says who the person is without one, has been readable on its way.
//
// It fails with [eid.ErrProvider] for what is no session at all, and with [eid.ErrEvidenceRejected] for one that cannot be
// believed.
func readSession(got answer, t *thread) (session, error) {
	body, enveloped := got.body, sealed(got.header.Get("Content-Type"), got.body)
	if enveloped {
		clear, err := unseal(body, t.Key)
		if err != nil {
			return session{}, err
		}
		body = clear
	}
	var o provider.Object
	if provider.ReadObject(body, &o) != nil {
		return session{}, eid.ErrProvider.Because(errGarbage)
	}
	f := &provider.Members{Of: o}
	trouble := &provider.Members{Of: provider.Member[provider.Object](f, "error")}
	s := session{
		status: f.Text("status"), address: f.Text("authenticationUrl"), provider: f.Text("provider"), loa: f.Text("loa"),
		expires: moment(f.Text("expiresAt")), data: readData(provider.Member[provider.Object](f, "idpData")), code: trouble.Text("code"),
		subject: provider.Member[provider.Object](f, "subject"), raw: bytes.Clone(body),
	}
	id, reference := f.Text("id"), f.Text("externalReference")
	switch {
	case f.Wrong || s.status == "" || !sane(id):
		return session{}, eid.ErrProvider.Because(errGarbage)
	case t.ID == "":
		t.ID = id
	case id != t.ID:
		return session{}, rejected("the answer is about another session")
	}
	switch s.echoed = reference == t.Session; {
	case reference != "" && !s.echoed:
		return session{}, rejected("the session has another reference than ours")
	case s.status == success && t.Key != nil && !enveloped:
		return session{}, rejected("the person's data has not been encrypted")
	}
	return s, nil
}

// readData takes what is known, where it has the form that it should have, and leaves the rest alone.
func readData(o provider.Object) data {
	text := func(name string, most int) string {
		f := &provider.Members{Of: o}
		if t := f.Text(name); len(t) <= most && visible(t) {
			return t
		}
		return ""
	}
	d := data{appToken: text("autoStartToken", 100), qr: text("qrData", longestQR), progress: text("sbidStatus", 40)}
	if !sane(d.appToken) {
		d.appToken = ""
	}
	return d
}

// moment reads a time with or without an offset from UTC.
func moment(text string) time.Time {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999"} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC()
		}
	}
	return time.Time{}
}
