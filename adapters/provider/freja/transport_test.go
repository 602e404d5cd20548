package freja

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/outbound"
)

func TestAnAnswerIsReadAsFarAsItMayGo(t *testing.T) {
	p, _, _ := listening(t)
	said := `{"authRef":"r","status":"STARTED"}`
	p.transport = spoken(said + strings.Repeat(" ", mostBytes-len(said)))
	if step, err := p.Advance(context.Background(), []byte(kept), outbound.Nudge{}); err != nil || step.Rest == 0 {
		t.Errorf("the longest answer: got %v", err)
	}
	p.transport = spoken(said + strings.Repeat(" ", mostBytes-len(said)+1))
	_, err := p.Advance(context.Background(), []byte(kept), outbound.Nudge{})
	if !errors.Is(err, eid.ErrProviderUncertain) || fault.Of(err).Cause() != errTooLarge {
		t.Errorf("one byte more: got %v", err)
	}
}

func TestTheEnvironmentNamesNoProxy(t *testing.T) {
	carrier, ok := newTransport(tls.Certificate{}, nil).(*http.Transport)
	if !ok || carrier.Proxy != nil || carrier.TLSClientConfig.MinVersion != tls.VersionTLS12 || carrier.TLSClientConfig.InsecureSkipVerify {
		t.Error("requests may go another way than to the pinned host")
	}
}
