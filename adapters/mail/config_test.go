package mail_test

import (
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/mail"
)

func TestWhatCannotBeAMailServerIsRefusedAndNotQuoted(t *testing.T) {
	for _, server := range []string{
		"", "mail.example", "http://mail.example", "smtp://", "smtp://:25", "smtp://mail.example:0", "smtp://mail.example:65536", "smtp://mail.example:x", "smtp://mail.example/path",
		"smtp://mail.example#x", "smtp://mail.example?starttls=never", "smtps://mail.example?starttls=required", "smtp:mail.example", "smtp://user@mail.example",
		"smtp://:hemligt@mail.example", "smtp://user:hemligt%zz@mail.example", "smtp://user:hemligt@mail.example:port", "smtp://mäil.example", "smtp://a%0d%0ab",
	} {
		_, err := mail.NewSMTP(mail.Config{Server: server, From: "a@gate.example"}, clock{}, &counter{})
		if err == nil {
			t.Errorf("%s is taken", server)
		} else if strings.Contains(err.Error(), "hemligt") {
			t.Error("the failure tells the password")
		}
	}
	for _, from := range []string{"", "gate", "gate.example", "a@b@c", "a@gate.example, b@gate.example", "å@gate.example", "a@gåte.example", "A\u0000 <a@gate.example>", "\"A\r\nB\" <a@gate.example>", "a@gate"} {
		if _, err := mail.NewSMTP(mail.Config{Server: "smtp://mail.example", From: from}, clock{}, &counter{}); err == nil {
			t.Errorf("%q is taken", from)
		}
	}
	if _, err := mail.NewSMTP(mail.Config{Server: "smtp://mail.example", From: "a@gate.example", Hello: "a b"}, clock{}, &counter{}); err == nil {
		t.Error("any name is taken")
	}
}

func TestOnlyThisMachineIsSpokenToWithoutTLS(t *testing.T) {
	for server, want := range map[string]string{
		"smtp://mail.example":                       "mail.example:587 start",
		"smtp://mail.example:25":                    "mail.example:25 start",
		"smtp://localhost.evil.example":             "localhost.evil.example:587 start",
		"smtp://10.0.0.1:25/":                       "10.0.0.1:25 start",
		"smtp://localhost:1025":                     "localhost:1025",
		"smtp://127.0.0.1:1025":                     "127.0.0.1:1025",
		"smtp://[::1]:1025":                         "[::1]:1025",
		"smtp://localhost?starttls=required":        "localhost:587 start",
		"smtps://u:p@mail.example":                  "mail.example:465 implicit",
		"smtps://localhost:1":                       "localhost:1 implicit",
		"smtp://u:p@mail.example?starttls=required": "mail.example:587 start",
	} {
		if got, err := mail.DescribeServer(server); err != nil || got != want {
			t.Errorf("%s: %s, %v", server, got, err)
		}
	}
}
