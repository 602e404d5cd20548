package idkollen

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"
)

// Callback is a call-back as it was sent.
type Callback struct {
	URL       string
	Body      []byte
	Signature string // the header X-Signature-SHA256, "" where the account has no key
}

// Callbacks lists what was sent, oldest first.
func (s *Service) Callbacks() []Callback {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.callbacks)
}

// callBack tells the address that the order named. The caller holds the lock.
func (s *Service) callBack(o *order) error {
	to := o.said("callbackUrl")
	if to == "" {
		return nil
	}
	body, err := json.Marshal(s.result(o))
	if err != nil {
		return err
	}
	c := Callback{URL: to, Body: body}
	if s.config.CallbackKey != "" {
		c.Signature = Sign(s.config.CallbackKey, body)
	}
	s.callbacks = append(s.callbacks, c)
	if s.config.CallbackClient == nil {
		return nil
	}
	r, err := http.NewRequest(http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	if c.Signature != "" {
		r.Header.Set("X-Signature-SHA256", c.Signature)
	}
	if back, err := s.config.CallbackClient.Do(r); err == nil { // a receiver that is away is none of the person's business
		return back.Body.Close()
	}
	return nil
}

// Sign is the signature of a call-back's body.
func Sign(key string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write(body)
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
