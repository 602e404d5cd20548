package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"slices"
	"strings"
	"time"

	"github.com/wneessen/go-mail/smtp"
)

// Why a letter was not taken. Answers of the server are left out but for their code: they quote addresses.
var (
	errAway    = errors.New("the mail server cannot be reached")
	errTrust   = errors.New("the mail server's certificate is not trusted")
	errNoTLS   = errors.New("the mail server offers no STARTTLS")
	errNoLogin = errors.New("the mail server offers no login with PLAIN or LOGIN")
	errUnicode = errors.New("the mail server takes no addresses outside of ASCII")
	errChatter = errors.New("the mail server says more than anybody wants to know")
)

// mostHeard is how many bytes a mail server may say, certificates included.
const mostHeard = 256 << 10

// farewell is how long the server gets to say goodbye after it took the letter.
const farewell = 2 * time.Second

// deliver hands a message to the mail server. go-mail's own client would report a letter as lost when the server is slow
// to say goodbye, and leaves connections open that fail early; so that only its SMTP is used, step by step.
func (s *SMTP) deliver(ctx context.Context, to string, message []byte) error {
	raw, err := (&net.Dialer{}).DialContext(ctx, "tcp", s.server.address())
	if err != nil {
		return errAway
	}
	defer func() { _ = raw.Close() }()
	defer context.AfterFunc(ctx, func() { _ = raw.Close() })()
	var line net.Conn = &bounded{Conn: raw, left: mostHeard}
	if s.server.implicit {
		line = tls.Client(line, s.server.tls)
	}
	client, err := smtp.NewClient(line, s.server.host)
	if err != nil {
		return failed("greeting us", err)
	}
	if err := s.open(client, to); err != nil {
		return err
	}
	if err := client.Mail("<" + s.from.Address + ">"); err != nil {
		return failed("taking the sender", err)
	}
	if err := client.Rcpt("<" + to + ">"); err != nil {
		return failed("taking the recipient", err)
	}
	body, err := client.Data()
	if err != nil {
		return failed("taking the message", err)
	}
	if _, err := body.Write(message); err != nil {
		return failed("taking the message", err)
	}
	if err := body.Close(); err != nil {
		return failed("taking the message", err)
	}
	if client.UpdateDeadline(farewell) == nil {
		_ = client.Quit() // the letter is theirs already
	}
	return nil
}

// open greets the server, starts TLS where it must be, and logs in.
func (s *SMTP) open(client *smtp.Client, to string) error {
	if err := client.Hello(s.hello); err != nil {
		return failed("greeting us", err)
	}
	if s.server.start {
		if offered, _ := client.Extension("STARTTLS"); !offered {
			return errNoTLS
		}
		if err := client.StartTLS(s.server.tls); err != nil {
			return failed("starting TLS", err)
		}
	}
	if offered, _ := client.Extension("SMTPUTF8"); !offered && !printable(to) {
		return errUnicode
	}
	client.SkipSMTPUTF8(printable(to)) // some servers pass on to fewer where it is asked for
	if s.server.user == "" {
		return nil
	}
	// What the server knows of passwords does not matter behind TLS: those that hide them need it to keep them readable.
	_, offered := client.Extension("AUTH")
	var auth smtp.Auth
	switch mechanisms := strings.Fields(offered); {
	case slices.Contains(mechanisms, "PLAIN"):
		auth = smtp.PlainAuth("", s.server.user, s.server.password, s.server.host, s.server.loopback)
	case slices.Contains(mechanisms, "LOGIN"):
		auth = smtp.LoginAuth(s.server.user, s.server.password, s.server.host, s.server.loopback)
	default:
		return errNoLogin
	}
	if err := client.Auth(auth); err != nil {
		return failed("our login", err)
	}
	return nil
}

// failed tells what the server did not do, in our own words.
func failed(step string, err error) error {
	if answer, ok := errors.AsType[*textproto.Error](err); ok {
		return fmt.Errorf("the mail server refused at %s, with code %d", step, answer.Code)
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return errTrust
	}
	if errors.Is(err, errChatter) {
		return errChatter
	}
	return fmt.Errorf("the conversation with the mail server broke at %s", step)
}

// bounded is a connection that ends after so many bytes.
type bounded struct {
	net.Conn
	left int
}

// Read reads from the connection while there is something left to be said.
func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errChatter
	}
	n, err := b.Conn.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}
