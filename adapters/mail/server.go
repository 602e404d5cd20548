package mail

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// What can be wrong with the address of a mail server. None of it quotes the address, which holds a password.
var (
	errServer   = errors.New("mail: the server is smtp://host or smtps://host, with user:password@ before and :port behind it where it needs them")
	errStartTLS = errors.New("mail: the server's address may end with ?starttls=required and nothing else")
	errPassword = errors.New("mail: the server's address has a user without a password, or a password without a user")
)

// server is the mail server that takes our letters over.
type server struct {
	host, port     string
	user, password string // both "" where nobody logs in
	implicit       bool   // TLS from the first byte
	start          bool   // TLS must be started before anything is said
	loopback       bool
	tls            *tls.Config
}

// parseServer reads an address. A server that is not on this machine is spoken to over TLS only.
func parseServer(address string, roots *x509.CertPool) (server, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.Opaque != "" || u.Fragment != "" || (u.Path != "" && u.Path != "/") || strings.ContainsFunc(u.Hostname(), func(r rune) bool { return r <= ' ' || r > '~' }) {
		return server{}, errServer
	}
	s := server{host: u.Hostname(), port: u.Port(), loopback: isLoopback(u.Hostname())}
	switch {
	case u.Scheme == "smtps" && u.RawQuery == "":
		s.implicit = true
		s.port = withDefault(s.port, "465")
	case u.Scheme == "smtp" && (u.RawQuery == "" || u.RawQuery == "starttls=required"):
		s.start = !s.loopback || u.RawQuery != ""
		s.port = withDefault(s.port, "587")
	case u.RawQuery != "" && (u.Scheme == "smtp" || u.Scheme == "smtps"):
		return server{}, errStartTLS
	default:
		return server{}, errServer
	}
	if n, err := strconv.ParseUint(s.port, 10, 16); err != nil || n == 0 {
		return server{}, errServer
	}
	s.user = u.User.Username()
	s.password, _ = u.User.Password()
	if (s.user == "") != (s.password == "") {
		return server{}, errPassword
	}
	s.tls = &tls.Config{ServerName: s.host, RootCAs: roots, MinVersion: tls.VersionTLS12}
	return s, nil
}

func (s server) address() string { return net.JoinHostPort(s.host, s.port) }

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && ip.IsLoopback()
}

func withDefault(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}
