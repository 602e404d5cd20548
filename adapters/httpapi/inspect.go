package httpapi

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"
)

// inspect refuses requests that two readers could understand differently, which is how requests are smuggled past
// a proxy (RFC 9112 section 11.2): headers that may stand once and stand twice, two ways of saying how long the
// body is, folded lines, no Host or one that contradicts the target. It gives the Host, and says whether the
// request was forwarded by somebody.
func inspect(c *fiber.Ctx) (host string, forwarded bool, err error) {
	header := &c.Request().Header
	var hosts, lengths, encodings, types, credentials int
	for rest := header.RawHeaders(); len(rest) > 0; {
		line := rest
		if end := bytes.IndexByte(rest, '\n'); end >= 0 {
			line, rest = rest[:end], rest[end+1:]
		} else {
			rest = nil
		}
		line = bytes.TrimSuffix(line, []byte("\r"))
		if len(line) == 0 {
			continue
		}
		colon := bytes.IndexByte(line, ':')
		if colon <= 0 || line[0] == ' ' || line[0] == '\t' {
			return "", false, ErrRequest
		}
		for _, b := range line {
			if b < ' ' && b != '\t' || b == 0x7f {
				return "", false, ErrRequest
			}
		}
		name, value := line[:colon], bytes.TrimSpace(line[colon+1:])
		switch name[0] | 0x20 {
		case 'h':
			hosts += one(name, "host")
		case 'a':
			credentials += one(name, "authorization")
		case 'c':
			lengths += one(name, "content-length")
			types += one(name, "content-type")
		case 't':
			if bytes.EqualFold(name, []byte("transfer-encoding")) {
				encodings++
				if !bytes.EqualFold(value, []byte("chunked")) {
					return "", false, ErrRequest
				}
			}
		case 'f':
			forwarded = forwarded || bytes.EqualFold(name, []byte("forwarded"))
		case 'x':
			const prefix = "x-forwarded-"
			forwarded = forwarded || len(name) >= len(prefix) && bytes.EqualFold(name[:len(prefix)], []byte(prefix))
		}
	}
	if hosts != 1 || lengths > 1 || encodings > 1 || lengths+encodings > 1 || types > 1 || credentials > 1 {
		return "", forwarded, ErrRequest
	}
	host = strings.ToLower(string(header.Host()))
	if host == "" || host != string(c.Request().URI().Host()) {
		return "", forwarded, ErrRequest
	}
	return host, forwarded, nil
}

func one(name []byte, wanted string) int {
	if bytes.EqualFold(name, []byte(wanted)) {
		return 1
	}
	return 0
}

// Param is a path parameter, percent-decoded once. The server has refused what does not decode to printable
// UTF-8 without a slash, so the value holds no NUL and stays within its segment.
func Param(c *fiber.Ctx, name string) string {
	value, _ := decode(c.Params(name))
	return value
}

// decode undoes percent-encoding; ok is false for broken escapes and for what no parameter may hold.
func decode(raw string) (value string, ok bool) {
	if strings.IndexByte(raw, '%') >= 0 {
		var b strings.Builder
		for i := 0; i < len(raw); i++ {
			if raw[i] != '%' {
				b.WriteByte(raw[i])
				continue
			}
			if i+2 >= len(raw) {
				return "", false
			}
			high, low := unhex(raw[i+1]), unhex(raw[i+2])
			if high < 0 || low < 0 {
				return "", false
			}
			b.WriteByte(byte(high<<4 | low))
			i += 2
		}
		raw = b.String()
		if strings.IndexByte(raw, '/') >= 0 {
			return "", false
		}
	}
	for i := range len(raw) {
		if raw[i] < ' ' || raw[i] == 0x7f {
			return "", false
		}
	}
	return raw, utf8.ValidString(raw)
}

func unhex(b byte) int {
	switch {
	case b >= '0' && b <= '9':
		return int(b - '0')
	case b|0x20 >= 'a' && b|0x20 <= 'f':
		return int(b|0x20-'a') + 10
	}
	return -1
}
