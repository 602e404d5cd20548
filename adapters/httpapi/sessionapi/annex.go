package sessionapi

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"github.com/eidgate/eidgate/domain/eid"
)

// annex is what only this surface needs of an order: what answers repeat of the request, and how they are sent.
type annex struct {
	Flow       string
	Attributes []string // as requested
	Providers  []string // as named, in our spelling; none for all
	Callbacks  *callbacks
	ReturnURL  string
	Language   string         // as asked for
	Domain     string         // that the person sees
	AppFlow    string         // of Swedish BankID: QR or APP_LAUNCH
	Lifetime   int            // in seconds, as it is
	Key        *encryptionKey // what answers are encrypted with
}

// callbacks are where the person goes afterwards, as the caller sent them.
type callbacks struct {
	Success string `json:"success"`
	Abort   string `json:"abort"`
	Error   string `json:"error"`
}

// An annex is kept as its fields in their order with a NUL between them, which requests may not hold: the key as JSON, the
// number of attributes before them, and the providers at the end. It is read with every question about a session, for which
// JSON takes too long.
const (
	fieldSeparator = "\x00"
	annexFields    = 11 // before the attributes
)

// errAnnex: a text holds what stands between the fields.
var errAnnex = errors.New("sessionapi: a field of an order holds a separator")

func (a annex) write() ([]byte, error) {
	var c callbacks
	if a.Callbacks != nil {
		c = *a.Callbacks
	}
	key := ""
	if a.Key != nil {
		text, err := json.Marshal(a.Key)
		if err != nil {
			return nil, err
		}
		key = string(text)
	}
	f := []string{
		a.Flow, c.Success, c.Abort, c.Error, a.ReturnURL, a.Language, a.Domain, a.AppFlow, strconv.Itoa(a.Lifetime), key,
		strconv.Itoa(len(a.Attributes)),
	}
	f = append(append(f, a.Attributes...), a.Providers...)
	text := strings.Join(f, fieldSeparator)
	if strings.Count(text, fieldSeparator) != len(f)-1 {
		return nil, errAnnex
	}
	return []byte(text), nil
}

// annexOf reads the annex of a session of this surface. ok is false where it is none.
func annexOf(s eid.Snapshot) (a annex, ok bool) {
	f := strings.Split(string(s.Order.Annex), fieldSeparator)
	if len(f) < annexFields {
		return annex{}, false
	}
	lists := f[annexFields:]
	lifetime, unread := strconv.Atoi(f[8])
	attributes, uncounted := strconv.Atoi(f[10])
	if unread != nil || uncounted != nil || attributes < 0 || attributes > len(lists) {
		return annex{}, false
	}
	a = annex{
		Flow: f[0], Attributes: lists[:attributes], Providers: lists[attributes:],
		ReturnURL: f[4], Language: f[5], Domain: f[6], AppFlow: f[7], Lifetime: lifetime,
	}
	if c := (callbacks{Success: f[1], Abort: f[2], Error: f[3]}); c != (callbacks{}) {
		a.Callbacks = &c
	}
	if f[9] != "" {
		if err := json.Unmarshal([]byte(f[9]), &a.Key); err != nil {
			return annex{}, false
		}
	}
	switch a.Flow {
	case flowRedirect, flowEmbedded, flowHeadless:
		return a, true
	}
	return annex{}, false
}
