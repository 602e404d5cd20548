package account_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/account"
)

const random = "abcdefghijABCDEFGHIJ0123456789abcdefghij"

func TestAnIssuedTokenIsRecognisedUntilItExpires(t *testing.T) {
	token, clear, facts := account.Issue(account.Token{ID: 42, Kind: account.AppToken, Account: 12, Client: "c1"}, random, now, time.Hour)
	if len(facts) != 1 || facts[0].Kind != "token.issued" || facts[0].Subject != "token/42" {
		t.Errorf("facts %+v", facts)
	}
	id, hash, err := account.ParseToken(clear)
	if err != nil || id != 42 {
		t.Fatalf("got %d %v", id, err)
	}
	if err := token.Check(hash, now.Add(time.Hour-time.Microsecond)); err != nil {
		t.Errorf("a living token: %v", err)
	}
	if err := token.Check(hash, now.Add(time.Hour)); !errors.Is(err, account.ErrUnauthenticated) {
		t.Errorf("an expired token: %v", err)
	}
	if err := token.Check(account.HashToken("other"), now); !errors.Is(err, account.ErrUnauthenticated) {
		t.Errorf("another secret: %v", err)
	}
	if strings.Contains(facts[0].Details["kind"]+facts[0].Details["client"], random) {
		t.Error("the fact holds the secret")
	}
}

func TestWhatWasNeverIssuedIsNoToken(t *testing.T) {
	_, clear, _ := account.Issue(account.Token{ID: 42}, random, now, time.Hour)
	for _, bad := range []string{
		"", "|", "42", "42|", clear + "x", clear[:len(clear)-1], "x" + clear, "-" + clear, "+" + clear, " " + clear, "0|" + clear[3:],
		"2|user-scoped-token...", "99999999999999999999|" + clear[3:], strings.Replace(clear, "a", "b", 1), "٤٢|" + clear[3:],
	} {
		if _, _, err := account.ParseToken(bad); !errors.Is(err, account.ErrUnauthenticated) {
			t.Errorf("%q: got %v", bad, err)
		}
	}
}

func FuzzParseToken(f *testing.F) {
	_, clear, _ := account.Issue(account.Token{ID: 42}, random, now, time.Hour)
	f.Add(clear)
	f.Add("1|x")
	f.Fuzz(func(t *testing.T, s string) {
		if id, _, err := account.ParseToken(s); (err == nil) != (id > 0) {
			t.Errorf("%q: %d %v", s, id, err)
		}
	})
}
