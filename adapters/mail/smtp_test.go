package mail_test

import (
	"context"
	"errors"
	"io"
	"mime"
	"mime/quotedprintable"
	netmail "net/mail"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/mail"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/contract"
	"github.com/eidgate/eidgate/test/standin"
	"github.com/eidgate/eidgate/test/standin/smtp"
)

const password = "p:@/ ss%wörd"

// bench is a letterbox and its mail server, with STARTTLS and a login unless the behaviour or the change say otherwise.
func bench(t *testing.T, b smtp.Behaviour, change func(c *mail.Config)) (*mail.SMTP, *smtp.Server) {
	t.Helper()
	a := standin.NewAuthority(t, "mail")
	s := smtp.Start(t, a, b)
	u := url.URL{Scheme: "smtp", Host: s.Address(), RawQuery: "starttls=required"}
	if b.Implicit {
		u.Scheme, u.RawQuery = "smtps", ""
	}
	if b.User != "" {
		u.User = url.UserPassword(b.User, b.Password)
	}
	c := mail.Config{Server: u.String(), From: "eidgate Åäö <no-reply@gate.example>", Timeout: 5 * time.Second, Roots: a.Pool()}
	if change != nil {
		change(&c)
	}
	box, err := mail.NewSMTP(c, clock{}, &counter{})
	if err != nil {
		t.Fatal(err)
	}
	return box, s
}

func TestSMTPIsALetterbox(t *testing.T) {
	contract.TestLetterbox(t, func(t *testing.T) contract.Letters {
		box, server := bench(t, smtp.Behaviour{User: "gate", Password: password}, nil)
		t.Cleanup(func() {
			if broken := server.Broken(); len(broken) != 0 {
				t.Errorf("the server complains of %v", broken)
			}
		})
		return contract.Letters{Letterbox: box, Received: func(t *testing.T) (letters []outbound.Letter) {
			for _, r := range server.Received() {
				letters = append(letters, read(t, r))
			}
			return letters
		}}
	})
}

// headers are all that a letter of ours has.
var headers = []string{"Auto-Submitted", "Content-Transfer-Encoding", "Content-Type", "Date", "From", "Message-Id", "Mime-Version", "Subject", "To"}

// read reads a message as a program for letters does, and minds what stands in it beside the letter.
func read(t *testing.T, r smtp.Received) outbound.Letter {
	t.Helper()
	m, err := netmail.ReadMessage(strings.NewReader(r.Data))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for name, values := range m.Header {
		names = append(names, name)
		if len(values) != 1 {
			t.Errorf("%s stands there %d times", name, len(values))
		}
	}
	if slices.Sort(names); !slices.Equal(names, headers) {
		t.Errorf("the headers are %v", names)
	}
	if !r.TLS || r.User != "gate" || r.From != "<no-reply@gate.example> BODY=8BITMIME" || r.To != "<"+strings.Trim(m.Header.Get("To"), "<>")+">" {
		t.Errorf("the envelope is from %s for %s", r.From, r.To)
	}
	for name, want := range map[string]string{
		"Auto-Submitted": "auto-generated", "Date": "Thu, 26 Nov 2026 03:04:05 +0000", "Content-Type": "text/plain; charset=UTF-8", "Mime-Version": "1.0",
	} {
		if got := m.Header.Get(name); got != want {
			t.Errorf("%s is %q", name, got)
		}
	}
	if id := m.Header.Get("Message-Id"); !strings.HasPrefix(id, "<id-") || !strings.HasSuffix(id, "@gate.example>") {
		t.Errorf("the message is called %s", id)
	}
	from, err := m.Header.AddressList("From")
	if err != nil || len(from) != 1 || *from[0] != (netmail.Address{Name: "eidgate Åäö", Address: "no-reply@gate.example"}) {
		t.Errorf("it is from %v: %v", from, err)
	}
	to, err := m.Header.AddressList("To")
	if err != nil || len(to) != 1 {
		t.Fatalf("it is for %v: %v", to, err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(quotedprintable.NewReader(m.Body))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.SplitSeq(r.Data, "\r\n") {
		if len(line) > 78 {
			t.Errorf("a line has %d characters", len(line))
		}
	}
	return outbound.Letter{To: to[0].Address, Subject: subject, Text: strings.ReplaceAll(string(body), "\r\n", "\n")}
}

var letter = outbound.Letter{To: "anna@acme.example", Subject: "Hemligt", Text: "Hemligt\n"}

func TestEveryWayToTheServerThatIsSafeIsTaken(t *testing.T) {
	for name, c := range map[string]struct {
		behaviour smtp.Behaviour
		change    func(c *mail.Config)
		tls       bool
	}{
		"STARTTLS and PLAIN":              {smtp.Behaviour{User: "gate", Password: password}, nil, true},
		"STARTTLS and LOGIN":              {smtp.Behaviour{User: "gate", Password: password, Mechanisms: []string{"XOAUTH2", "LOGIN"}}, nil, true},
		"STARTTLS without a login":        {smtp.Behaviour{}, nil, true},
		"TLS from the first byte":         {smtp.Behaviour{Implicit: true, User: "gate", Password: password}, nil, true},
		"on this machine, without TLS":    {smtp.Behaviour{NoSTARTTLS: true, User: "gate", Password: password}, func(c *mail.Config) { c.Server = strings.TrimSuffix(c.Server, "?starttls=required") }, false},
		"a server that knows no goodbye":  {smtp.Behaviour{Answers: map[string]string{"QUIT": "421 later"}}, nil, true},
		"a server that leaves at goodbye": {smtp.Behaviour{Answers: map[string]string{"QUIT": ""}}, nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			box, server := bench(t, c.behaviour, c.change)
			if err := box.Send(t.Context(), letter); err != nil {
				t.Fatalf("%v because of %v", err, errors.Unwrap(err))
			}
			if got := server.Received(); len(got) != 1 || got[0].TLS != c.tls || got[0].User != c.behaviour.User {
				t.Errorf("received %d", len(got))
			}
		})
	}
}

func TestAMishapIsAFailureThatNamesNobody(t *testing.T) {
	answer := func(what, text string) smtp.Behaviour {
		return smtp.Behaviour{Answers: map[string]string{what: text}}
	}
	for name, c := range map[string]struct {
		behaviour smtp.Behaviour
		change    func(c *mail.Config)
		want      string
	}{
		"no STARTTLS":                 {smtp.Behaviour{NoSTARTTLS: true}, nil, "no STARTTLS"},
		"a stranger's certificate":    {smtp.Behaviour{}, func(c *mail.Config) { c.Roots = standin.NewAuthority(t, "other").Pool() }, "not trusted"},
		"the same from first byte":    {smtp.Behaviour{Implicit: true}, func(c *mail.Config) { c.Roots = standin.NewAuthority(t, "other").Pool() }, "not trusted"},
		"a certificate of another":    {smtp.Behaviour{}, func(c *mail.Config) { c.Server = strings.Replace(c.Server, "127.0.0.1", "localhost", 1) }, "not trusted"},
		"a wrong password":            {smtp.Behaviour{User: "gate", Password: password}, func(c *mail.Config) { c.Server = strings.Replace(c.Server, ":p", ":q", 1) }, "login, with code 535"},
		"no login that we know":       {smtp.Behaviour{User: "gate", Password: password, Mechanisms: []string{"NTLM"}}, nil, "no login"},
		"nobody there":                {smtp.Behaviour{}, func(c *mail.Config) { c.Server = "smtp://127.0.0.1:1" }, "cannot be reached"},
		"too busy for a greeting":     {answer("greeting", "421 try later"), nil, "code 421"},
		"a greeting that is none":     {answer("greeting", "HTTP/1.1 400 Bad Request"), nil, "broke at greeting"},
		"endless talk":                {answer("greeting", "220-"+strings.Repeat(strings.Repeat("x", 98)+"\r\n220-", 4000)), nil, "more than anybody"},
		"no TLS after all":            {answer("STARTTLS", "454 not now"), nil, "TLS, with code 454"},
		"the sender is refused":       {answer("MAIL", "550 no-reply@gate.example is unknown"), nil, "sender, with code 550"},
		"the recipient is refused":    {answer("RCPT", "550 5.1.1 <anna@acme.example> unknown"), nil, "recipient, with code 550"},
		"the recipient is too busy":   {answer("RCPT", "450 4.2.1 anna@acme.example is busy"), nil, "recipient, with code 450"},
		"no message is wanted":        {answer("DATA", "554 no"), nil, "message, with code 554"},
		"dropped after the message":   {answer(".", ""), nil, "broke at taking the message"},
		"the message is refused":      {answer(".", "554 5.7.1 spam from anna@acme.example"), nil, "message, with code 554"},
		"the message comes too early": {answer(".", "451 4.7.1 greylisted"), nil, "message, with code 451"},
	} {
		t.Run(name, func(t *testing.T) {
			box, server := bench(t, c.behaviour, c.change)
			err := box.Send(t.Context(), letter)
			if !errors.Is(err, outbound.ErrMail) || errors.Unwrap(err) == nil || !strings.Contains(errors.Unwrap(err).Error(), c.want) {
				t.Errorf("got %v because of %v", err, errors.Unwrap(err))
			}
			for ; err != nil; err = errors.Unwrap(err) {
				if strings.ContainsAny(err.Error(), "@") || strings.Contains(err.Error(), "gate") || strings.Contains(err.Error(), "Hemligt") {
					t.Error("the failure names somebody, or tells the letter")
				}
			}
			if len(server.Received()) != 0 {
				t.Error("it was taken")
			}
		})
	}
}

func TestAPasswordIsSaidToNobodyWithoutTLS(t *testing.T) {
	box, server := bench(t, smtp.Behaviour{NoSTARTTLS: true, User: "gate", Password: password}, nil)
	if err := box.Send(t.Context(), letter); !errors.Is(err, outbound.ErrMail) {
		t.Errorf("got %v", err)
	}
	if said := server.Commands(); slices.Contains(said, "AUTH") || slices.Contains(said, "MAIL") {
		t.Errorf("we said %v", said)
	}
}

func TestASilentServerIsLeftInTime(t *testing.T) {
	for _, when := range []string{"greeting", "EHLO", "STARTTLS", "RCPT", "."} {
		box, _ := bench(t, smtp.Behaviour{Answers: map[string]string{when: smtp.Silence}}, func(c *mail.Config) { c.Timeout = 100 * time.Millisecond })
		if err := box.Send(t.Context(), letter); !errors.Is(err, outbound.ErrMail) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("silent at %s: %v because of %v", when, err, errors.Unwrap(err))
		}
	}
}

func TestACallerWhoLeavesIsNotWaitedFor(t *testing.T) {
	box, server := bench(t, smtp.Behaviour{Answers: map[string]string{"RCPT": smtp.Silence}}, func(c *mail.Config) { c.Timeout = time.Minute })
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	done := make(chan error, 1)
	go func() { done <- box.Send(ctx, letter) }()
	select {
	case <-server.Silent():
	case err := <-done:
		t.Fatalf("it ended by itself: %v", err)
	}
	leave()
	if err := <-done; !errors.Is(err, outbound.ErrMail) || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestAnAddressOutsideOfASCIINeedsAServerThatTakesIt(t *testing.T) {
	l := outbound.Letter{To: "åsa@åkesson.example", Subject: "s", Text: "t\n"}
	box, server := bench(t, smtp.Behaviour{}, nil)
	if err := box.Send(t.Context(), l); !errors.Is(err, outbound.ErrMail) || len(server.Received()) != 0 {
		t.Errorf("got %v", err)
	}
	box, server = bench(t, smtp.Behaviour{UTF8: true}, nil)
	for _, l := range []outbound.Letter{l, letter} {
		if err := box.Send(t.Context(), l); err != nil {
			t.Fatal(errors.Unwrap(err))
		}
	}
	got := server.Received()
	if got[0].To != "<åsa@åkesson.example>" || !strings.HasSuffix(got[0].From, " SMTPUTF8") || !strings.Contains(got[0].Data, "\r\nTo: <åsa@åkesson.example>\r\n") {
		t.Errorf("the envelope is from %s for %s", got[0].From, got[0].To)
	}
	if strings.Contains(got[1].From, "SMTPUTF8") {
		t.Error("it is asked for without need")
	}
}
