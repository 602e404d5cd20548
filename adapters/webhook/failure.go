package webhook

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Why a parcel was not delivered: the causes of [outbound.ErrNotDelivered], but for the first, which is that of
// [outbound.ErrAddressForbidden].
var (
	ErrTargetRefused = fault.New(fault.Forbidden, "receiver_forbidden", "The address is malformed, or leads to where no news may go.")
	ErrNoName        = fault.New(fault.Unavailable, "receiver_name_unknown", "The receiver's name does not resolve.")
	ErrUnreachable   = fault.New(fault.Unavailable, "receiver_unreachable", "No connection to the receiver could be made.")
	ErrTLS           = fault.New(fault.Unavailable, "receiver_tls_failed", "The receiver did not prove who it is, or speaks no TLS of today.")
	ErrTimedOut      = fault.New(fault.Unavailable, "receiver_timed_out", "The receiver did not answer in time.")
	ErrHungUp        = fault.New(fault.Unavailable, "receiver_hung_up", "The connection broke before there was an answer.")
	ErrRedirects     = fault.New(fault.Unavailable, "receiver_redirects", "The receiver answered with a redirect, which is not followed.")
	ErrDeclined      = fault.New(fault.Unavailable, "receiver_declined", "The receiver answered with another status than 2xx.")
	// ErrRests: the receiver failed so often that it is left alone for a while.
	ErrRests = fault.New(fault.Unavailable, "receiver_rests", "The receiver has failed too often and is left alone for now.")
	// ErrInterrupted: we ended the delivery ourselves, because nobody waits for it any more.
	ErrInterrupted = fault.New(fault.Unavailable, "delivery_interrupted", "The delivery was ended before the receiver answered.")
)

// mostWish bounds what a receiver may wish by Retry-After.
const mostWish = time.Hour

// failed reduces a failure of the transport to words of our own. Those of net/http quote addresses and answers.
func failed(err error) error {
	if errors.Is(err, errRefused) {
		return outbound.ErrAddressForbidden.Because(ErrTargetRefused)
	}
	return outbound.ErrNotDelivered.Because(cause(err))
}

func cause(err error) error {
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return ErrNoName
	}
	var timeout interface{ Timeout() bool }
	if errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout() {
		return ErrTimedOut
	}
	if o, ok := errors.AsType[*net.OpError](err); ok && o.Op == "dial" {
		return ErrUnreachable
	}
	if ofTLS(err) {
		return ErrTLS
	}
	return ErrHungUp
}

func ofTLS(err error) bool {
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return true
	}
	if _, ok := errors.AsType[tls.AlertError](err); ok {
		return true
	}
	if o, ok := errors.AsType[*net.OpError](err); ok && (o.Op == "remote error" || o.Op == "local error") { // an alert, from there or from here
		return true
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return true
	}
	_, ok := errors.AsType[x509.HostnameError](err)
	return ok
}

// judge is nil for a delivery.
func judge(status int) error {
	switch status / 100 {
	case 2:
		return nil
	case 3:
		return ErrRedirects
	}
	return ErrDeclined
}

// wish reads Retry-After, seconds or a date (RFC 9110 section 10.2.3); 0 for none.
func wish(header string, now time.Time) time.Duration {
	wait := time.Duration(0)
	if seconds, err := strconv.Atoi(header); err == nil {
		wait = time.Duration(min(seconds, int(mostWish/time.Second))) * time.Second
	} else if at, err := http.ParseTime(header); err == nil {
		wait = at.Sub(now)
	}
	return min(max(wait, 0), mostWish)
}
