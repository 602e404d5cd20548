package contract

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/eidgate/eidgate/ports/outbound"
)

// Letters is what a bench for letterboxes offers.
type Letters struct {
	outbound.Letterbox
	// Received gives what arrived so far, the oldest first, as the person who gets it would read it.
	Received func(t *testing.T) []outbound.Letter
}

// TestLetterbox holds an adapter to the promises of [outbound.Letterbox]. Each call of open gives one that has sent nothing.
func TestLetterbox(t *testing.T, open func(t *testing.T) Letters) {
	t.Run("a letter arrives once, at its address, as it was written", func(t *testing.T) {
		l := open(t)
		if err := l.Ready(); err != nil {
			t.Fatal(err)
		}
		want := []outbound.Letter{
			{To: "anna@acme.example", Subject: "Sätt upp enkel inloggning för Åkesson AB", Text: "Hej!\n\nÖppna sidan nedan:\n\nhttps://gate.example/s/abc?x=1&y==3D\n\nHälsningar\n"},
			{To: "it+sso@sub.acme.example", Subject: "Set up single sign-on", Text: "Hello,\n\tthe link works once.\n"},
			{To: "o'neil@acme.example", Subject: "", Text: "\n"},
			{To: "anna@acme.example", Subject: "日本語の件名 🙂 " + strings.TrimSpace(strings.Repeat("ord ", 80)), Text: strings.Repeat("å", 3000) + "\n" + strings.Repeat("x", 5000) + "\n"},
			{To: "anna@acme.example", Subject: strings.Repeat("l", 2000), Text: ".\n..\n...\n.a\n. \n \nFrom here\n>From\n--\n-- \n=\n==\n=0A=0D\n"},
			{To: "anna@acme.example", Subject: "=?utf-8?Q?encoded?= =?utf-8?B?d29yZA==?=", Text: "=?utf-8?Q?a=0D=0Ab?=\n"},
			{To: "anna@acme.example", Subject: `"quoted" <and@bracketed.example>, (commented); \ % %s {link}`, Text: "%s%d %!\n"},
		}
		for _, letter := range want {
			send(t, l, letter)
		}
		got := l.Received(t)
		if len(got) != len(want) {
			t.Fatalf("%d arrived of %d", len(got), len(want))
		}
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("letter %d arrived as %q", i, got[i])
			}
		}
	})

	t.Run("what is no address gets no letter, and the failure does not say what it was", func(t *testing.T) {
		l := open(t)
		for _, to := range evilAddresses() {
			err := l.Send(t.Context(), outbound.Letter{To: to, Subject: "s", Text: "t\n"})
			if !errors.Is(err, outbound.ErrMail) {
				t.Errorf("%q: %v", to, err)
			}
			quotesNothing(t, err, "acme", "evil", "bcc")
		}
		if got := l.Received(t); len(got) != 0 {
			t.Errorf("%d arrived", len(got))
		}
	})

	t.Run("a subject stays one line, and a text stays a text", func(t *testing.T) {
		l := open(t)
		for i, evil := range evilTexts() {
			send(t, l, outbound.Letter{To: "anna@acme.example", Subject: "begin " + evil + " end", Text: "begin\n" + evil + "\nend\n"})
			got := l.Received(t)
			if len(got) != i+1 {
				t.Fatalf("%d arrived of %d: %q", len(got), i+1, evil)
			}
			last := got[i]
			if last.To != "anna@acme.example" || !strings.HasPrefix(last.Subject, "begin ") || !strings.HasSuffix(last.Subject, " end") || strings.ContainsAny(last.Subject, "\r\n\x00\u0085\u2028\u2029") {
				t.Errorf("%q: for %q, subject %q", evil, last.To, last.Subject)
			}
			if !strings.HasPrefix(last.Text, "begin\n") || !strings.HasSuffix(last.Text, "\nend\n") || strings.ContainsAny(last.Text, "\r\x00") {
				t.Errorf("%q: text %q", evil, last.Text)
			}
			for _, word := range strings.Fields("BCC evil@evil.example QUIT") {
				if strings.Contains(evil, word) && (!strings.Contains(last.Subject, word) || !strings.Contains(last.Text, word)) {
					t.Errorf("%q: %s went elsewhere", evil, word)
				}
			}
		}
	})

	t.Run("whoever does not wait gets a passing failure", func(t *testing.T) {
		l := open(t)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := l.Send(ctx, outbound.Letter{To: "anna@acme.example", Subject: "s", Text: "t\n"}); !errors.Is(err, outbound.ErrMail) {
			t.Errorf("got %v", err)
		}
		if got := l.Received(t); len(got) != 0 {
			t.Errorf("%d arrived", len(got))
		}
	})

	t.Run("many letters at once arrive, each at its own address", func(t *testing.T) {
		l := open(t)
		var wg sync.WaitGroup
		for i := range 10 {
			wg.Go(func() {
				name := fmt.Sprintf("person%d", i)
				if err := l.Send(context.Background(), outbound.Letter{To: name + "@acme.example", Subject: "for " + name, Text: name + "\n"}); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		got := l.Received(t)
		slices.SortFunc(got, func(a, b outbound.Letter) int { return strings.Compare(a.To, b.To) })
		if len(got) != 10 {
			t.Fatalf("%d arrived", len(got))
		}
		for i, g := range got {
			name := fmt.Sprintf("person%d", i)
			if want := (outbound.Letter{To: name + "@acme.example", Subject: "for " + name, Text: name + "\n"}); g != want {
				t.Errorf("got %q", g)
			}
		}
	})
}

// TestNoLetterbox holds the letterbox of a deployment without mail to saying so.
func TestNoLetterbox(t *testing.T, l outbound.Letterbox) {
	if err := l.Ready(); !errors.Is(err, outbound.ErrNoMail) {
		t.Errorf("it is ready: %v", err)
	}
	if err := l.Send(t.Context(), outbound.Letter{To: "anna@acme.example", Subject: "s", Text: "t\n"}); !errors.Is(err, outbound.ErrNoMail) {
		t.Errorf("it sends: %v", err)
	}
}

func send(t *testing.T, l Letters, letter outbound.Letter) {
	t.Helper()
	if err := l.Send(t.Context(), letter); err != nil {
		t.Fatalf("%v because of %v", err, errors.Unwrap(err))
	}
}

func quotesNothing(t *testing.T, err error, words ...string) {
	t.Helper()
	for ; err != nil; err = errors.Unwrap(err) {
		for _, word := range words {
			if strings.Contains(strings.ToLower(err.Error()), word) {
				t.Errorf("the failure quotes %s", word)
			}
		}
	}
}

// evilAddresses try to be two, a header, a command, or another than they look.
func evilAddresses() []string {
	return []string{
		"", " ", "@", "anna", "anna@", "@acme.example", "anna@acme", "anna@acme.example\r\nBcc: evil@evil.example", "anna@acme.example\nRCPT TO:<evil@evil.example>",
		"anna@acme.example\x00", "anna@acme.example,evil@evil.example", "anna@acme.example evil@evil.example", "<anna@acme.example>", "Anna <anna@acme.example>",
		"anna@acme.example> NOTIFY=NEVER", "anna@acme.example>\r\nDATA\r\n", `"anna\r\nBcc: x"@acme.example`, `"a b"@acme.example`, "anna(evil)@acme.example",
		"=?utf-8?Q?evil=40evil.example=0D=0A?=<anna@acme.example>", "undisclosed:evil@evil.example;", "anna@[127.0.0.1]", "anna@acme.example\u2028Bcc:evil@evil.example", "anna@acme.example\u202e",
		" anna@acme.example", "anna@acme.example ", strings.Repeat("a", 250) + "@acme.example", "anna@acme.example\x7f", "anna\xff@acme.example", "@evil.example:anna@acme.example",
	}
}

// evilTexts try to end a line, a header, a letter or a conversation.
func evilTexts() []string {
	list := []string{"\x00", "\x1b[2J", "\xff\xfe\xc0\x80", "\u0085BCC: evil@evil.example", "\u2028BCC: evil@evil.example\u2029", "\v\f\b", "=?utf-8?Q?=0D=0ABCC:_evil@evil.example?=", "=?utf-8?B?DQpCQ0M6IGV2aWxAZXZpbC5leGFtcGxl?="}
	for _, end := range []string{"\r\n", "\n", "\r", "\n\r", "\r\r\n", "\n\n", "\r\n\r\n"} {
		list = append(list, end+"BCC: evil@evil.example"+end, end+"."+end+"MAIL FROM:<evil@evil.example>"+end+"QUIT"+end, end+".\r\n"+end+".\n"+end, end+" folded"+end+"\t"+end)
	}
	return list
}
