package signicat

import (
	"bytes"
	"encoding/json"
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

// object is a JSON object by member name, exactly as spelt.
type object map[string]json.RawMessage

// fields reads members of an object and notes when one has another type than it should. Members that are absent or null
// read as empty.
type fields struct {
	o     object
	wrong bool
}

func read[T any](f *fields, name string) (value T) {
	var v *T
	if raw, there := f.o[name]; !there {
		return value
	} else if json.Unmarshal(raw, &v) != nil {
		f.wrong = true
	}
	if v != nil {
		value = *v
	}
	return value
}

func (f *fields) text(name string) string { return read[string](f, name) }

// session is a session as Signicat tells it.
type session struct {
	status, address, provider, loa string
	expires                        time.Time // zero where it does not say
	data                           data
	code                           string // of what went wrong
	echoed                         bool   // our reference came back
	subject                        object
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
	var o object
	if provider.ReadObject(body, &o) != nil {
		return session{}, eid.ErrProvider.Because(errGarbage)
	}
	f := &fields{o: o}
	trouble := &fields{o: read[object](f, "error")}
	s := session{
		status: f.text("status"), address: f.text("authenticationUrl"), provider: f.text("provider"), loa: f.text("loa"),
		expires: moment(f.text("expiresAt")), data: readData(read[object](f, "idpData")), code: trouble.text("code"),
		subject: read[object](f, "subject"), raw: bytes.Clone(body),
	}
	id, reference := f.text("id"), f.text("externalReference")
	switch {
	case f.wrong || s.status == "" || !sane(id):
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
func readData(o object) data {
	text := func(name string, most int) string {
		f := &fields{o: o}
		if t := f.text(name); len(t) <= most && visible(t) {
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
