package mail

import (
	"context"
	"crypto/x509"
	"errors"
	"net/mail"
	"strings"
	"time"

	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/ports/outbound"
)

var _ outbound.Letterbox = (*SMTP)(nil)

// Config says how letters leave.
type Config struct {
	// Server is the address of the mail server: smtps://user:password@host:465, or smtp://user:password@host:587, where TLS
	// must be started (RFC 3207) unless the host is a loopback address; smtp://localhost:25?starttls=required asks for it
	// there, too. User and password are percent-encoded. Ports default to 465 and 587.
	Server string
	// From is whom letters are from: an address, perhaps with a name before it. It is ASCII but for the name.
	From string
	// Timeout is how long handing one letter over may take in all, 20 seconds when zero.
	Timeout time.Duration
	// Hello is what we call ourselves towards the mail server, the domain of From when "".
	Hello string
	// Roots are trusted to vouch for the mail server; those of the system when nil.
	Roots *x509.CertPool
}

// SMTP hands letters to a mail server, one connection for each. Any number of goroutines may use it.
type SMTP struct {
	server  server
	from    *mail.Address
	domain  string // of the address
	hello   string
	timeout time.Duration
	clock   outbound.Clock
	ids     outbound.IDs
}

var (
	errFrom  = errors.New("mail: whom letters are from is no e-mail address in ASCII")
	errHello = errors.New("mail: what we call ourselves is no host name in ASCII")
)

// NewSMTP makes a letterbox, and asks nobody. It fails when the configuration cannot be right.
func NewSMTP(c Config, clock outbound.Clock, ids outbound.IDs) (*SMTP, error) {
	s := &SMTP{hello: c.Hello, timeout: c.Timeout, clock: clock, ids: ids}
	var err error
	if s.server, err = parseServer(c.Server, c.Roots); err != nil {
		return nil, err
	}
	s.from, err = mail.ParseAddress(c.From)
	if err != nil || !printable(s.from.Address) || !identity.IsEmail(s.from.Address) && !isLoopback(domainOf(s.from.Address)) || !identity.IsText(s.from.Name, 200) {
		return nil, errFrom
	}
	s.domain = domainOf(s.from.Address)
	s.hello = withDefault(s.hello, s.domain)
	if !printable(s.hello) {
		return nil, errHello
	}
	if s.timeout <= 0 {
		s.timeout = 20 * time.Second
	}
	return s, nil
}

// Ready is nil: whether the mail server is there, only a letter tells.
func (s *SMTP) Ready() error { return nil }

// Send hands the letter over; see [outbound.Letterbox]. When the connection breaks after the whole letter was sent, nobody
// knows whether it was taken: that fails, too, and sending it again may let it arrive twice.
func (s *SMTP) Send(ctx context.Context, l outbound.Letter) error {
	l, err := clean(l)
	if err != nil {
		return outbound.ErrMail.Because(err)
	}
	message, err := s.compose(l)
	if err != nil {
		return outbound.ErrMail.Because(err)
	}
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	if err := s.deliver(ctx, l.To, message); err != nil {
		if ctx.Err() != nil { // then the connection was cut, and what else is said about it is noise
			err = ctx.Err()
		}
		return outbound.ErrMail.Because(err)
	}
	return nil
}

func domainOf(address string) string { return address[strings.LastIndexByte(address, '@')+1:] }

// printable holds for ASCII without spaces and controls.
func printable(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' })
}
