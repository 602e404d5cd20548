package logging_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/logging"
	"github.com/eidgate/eidgate/domain/identity"
)

const token = "1234567890123456|appappappappappappappappappappappappappa12345678"

func TestWhatLooksLikeASecretIsMasked(t *testing.T) {
	for text, want := range map[string]string{
		"person 196802020575 came":                       "person [number] came",
		"19680202-0575":                                  "[number]",
		"680202-0575":                                    "[number]",
		"680202+0575.":                                   "[number].",
		"1968-02-02-0575":                                "[number]",
		"6802020575":                                     "[number]",
		`{"ssn":"27034698436"}`:                          `{"ssn":"[number]"}`,
		"270346 98436":                                   "[number]",
		"210127-0087, 210127 0087":                       "[number], [number]",
		"070770-905D and 131052A308T":                    "[number] and [number]",
		"x='070770-905d'":                                "x='[number]'",
		"token " + token + ".":                           "token [token].",
		"Authorization: Bearer " + token:                 "Authorization: Bearer [token]",
		"authorization: basic ZGVtbzpzZWNyZXQ=":          "authorization: basic [credential]",
		"jwt eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln!": "jwt [jwt]!",
		"Get \"https://x.example/cb?code=abc&state=s1&x=1\": EOF": "Get \"https://x.example/cb?code=[masked]&state=[masked]&x=1\": EOF",
		"postgres://eidgate:pw@db:5432/x?sslpassword=y":           "postgres://[user]@db:5432/x?sslpassword=y",
		"client_secret=hunter2 password=x":                        "client_secret=[masked] password=[masked]",
		"mail to anna.andersson@example.com":                      "mail to [email]",
	} {
		if got := logging.Mask(text); got != want {
			t.Errorf("%q\n got %q\nwant %q", text, got, want)
		}
	}
}

func TestWhatOperatorsNeedIsLeftAlone(t *testing.T) {
	for _, text := range []string{
		"f47ac10b-58cc-4372-a567-0e02b2c3d479", "session 0197c2aa-1234-7123-8123-446655440000 expired", "2026-06-16T21:02:05.123456Z",
		"2026-06-16 21:02:05", "127.0.0.1:54321", "account/9007199254740991", "took 1.234567891234s", "listening on 127.0.0.1:8080",
		"pq: relation \"accounts\" does not exist", "urn:grn:authn:se:bankid:another-device:qr", "", "0x7fcf00 0x12d9f1e20570",
		"sha256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "goroutine 21 [running]:",
	} {
		if got := logging.Mask(text); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}

func TestSecretsStayOutOfTheLogWhereverTheyAreAttached(t *testing.T) {
	number, err := identity.ParsePerson(identity.SE, "196802020575", identity.Options{AsOf: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	type nested struct{ Inner map[string]string }
	for name, open := range map[string]func(*bytes.Buffer) slog.Handler{
		"json": func(b *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(b, nil) },
		"text": func(b *bytes.Buffer) slog.Handler { return slog.NewTextHandler(b, nil) },
	} {
		var b bytes.Buffer
		log := slog.New(logging.Redact(open(&b)))
		log.With("client_secret", "hunter2", slog.Group("http", "Authorization", "hunter2")).WithGroup("password").Info("seen 19680202-0575",
			"Set-Cookie", "hunter2", "code", "hunter2", "request", "hunter2", "id_token", "hunter2", "X-SSN", "hunter2", "ssn", 196802020575,
			"any", nested{map[string]string{"a": "19680202-0575"}}, "list", []string{"070770-905D"}, "err", fmt.Errorf("wrapped: %w", &url.Error{Op: "Get", URL: "https://x/?code=hunter2", Err: errors.New("no")}),
			"number_of_things", 3, slog.Group("deep", slog.Group("deeper", "secret", "hunter2", "text", "it is 19680202-0575")), "person", number,
			"error_code", "NOT_FOUND", "lazy", lazy{})
		out := b.String()
		for _, secret := range []string{"hunter2", "0575", "905D", "196802"} {
			if strings.Contains(out, secret) {
				t.Errorf("%s: %q is in the log: %s", name, secret, b.String())
			}
		}
		for _, wanted := range []string{"number_of_things", "NOT_FOUND", "wrapped: Get", "personnummer"} {
			if !strings.Contains(out, wanted) {
				t.Errorf("%s: %q is not in the log: %s", name, wanted, b.String())
			}
		}
	}
}

type lazy struct{}

func (lazy) LogValue() slog.Value { return slog.GroupValue(slog.String("token", "hunter2")) }

func TestLevelsAreTheInnerHandlers(t *testing.T) {
	h := logging.Redact(slog.NewJSONHandler(&bytes.Buffer{}, &slog.HandlerOptions{Level: slog.LevelWarn}))
	if h.Enabled(context.Background(), slog.LevelInfo) || !h.Enabled(context.Background(), slog.LevelError) {
		t.Error("the level is not the inner handler's")
	}
}

// FuzzNumbersNeverSurvive puts every form of a valid number between other text that does not touch it.
func FuzzNumbersNeverSurvive(f *testing.F) {
	f.Add("before ", uint32(12345), " after", byte(0))
	f.Add("{\"a\":\"", uint32(99999), "\"}", byte(1))
	f.Fuzz(func(t *testing.T, before string, serial uint32, after string, form byte) {
		digits := fmt.Sprintf("%012d", 190001010000+uint64(serial)%9999)
		var written string
		switch form % 6 {
		case 0:
			written = digits
		case 1:
			written = digits[:8] + "-" + digits[8:]
		case 2:
			written = digits[2:8] + "+" + digits[8:]
		case 3:
			written = digits[2:]
		case 4:
			written = digits[2:8] + " " + digits[7:]
		case 5:
			written = digits[2:8] + "A" + digits[8:11] + "X"
		}
		text := before + "<" + written + ">" + after
		masked := logging.Mask(text)
		if strings.Contains(masked, "<"+written+">") {
			t.Errorf("%q became %q", text, masked)
		}
		if again := logging.Mask(masked); again != masked {
			t.Errorf("%q masked again became %q", masked, again)
		}
	})
}

func BenchmarkMaskRequestID(b *testing.B) {
	for b.Loop() {
		logging.Mask("0197c2aa-1234-7123-8123-446655440000")
	}
}

func BenchmarkRedactAccessLine(b *testing.B) {
	log := slog.New(logging.Redact(slog.NewJSONHandler(discard{}, nil)))
	for b.Loop() {
		log.LogAttrs(context.Background(), slog.LevelInfo, "request", slog.String("surface", "account"), slog.String("method", "GET"),
			slog.String("route", "/api/v1/account"), slog.Int("status", 200), slog.Duration("took", time.Millisecond), slog.String("request_id", "0197c2aa-1234-7123-8123-446655440000"))
	}
}

type discard struct{}

func (discard) Write(b []byte) (int, error) { return len(b), nil }
