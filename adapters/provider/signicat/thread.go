package signicat

import (
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
)

// thread is what must be known of a session that stands at Signicat.
type thread struct {
	ID       string           `json:"id"`      // Signicat's own
	Session  string           `json:"session"` // ours: the external reference
	EID      eid.EID          `json:"eid"`
	Channel  eid.Channel      `json:"channel"`
	Level    eid.Registration `json:"level,omitempty"` // of Freja, at least; "" for Extended
	Key      *jose.JSONWebKey `json:"key,omitempty"`   // the private key for which answers are encrypted; nil for none
	Expires  time.Time        `json:"expires"`
	Returned time.Time        `json:"returned,omitzero"` // when the person's browser came back
}

func readThread(kept []byte) (thread, error) {
	var t thread
	if err := json.Unmarshal(kept, &t); err != nil || !sane(t.ID) || t.Session == "" || schemes[t.EID].id == "" {
		return thread{}, fault.ErrInternal.Because(errors.New("signicat: not a thread of ours"))
	}
	return t, nil
}

func (t thread) kept() ([]byte, error) {
	kept, err := json.Marshal(t)
	if err != nil {
		return nil, fault.ErrInternal.Because(errors.New("signicat: a thread cannot be written"))
	}
	return kept, nil
}

// path is where the session is asked for.
func (t thread) path() string { return "/sessions/" + t.ID }

// sane holds for identifiers that can stand in a path.
func sane(id string) bool {
	return id != "" && len(id) <= 100 && strings.Trim(id, letters+"0123456789-_") == ""
}
