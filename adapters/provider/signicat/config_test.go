package signicat_test

import (
	"crypto/rand"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/provider/signicat"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/test/clock"
	there "github.com/eidgate/eidgate/test/standin/signicat"
)

func TestAConfigurationThatCannotWorkIsRefused(t *testing.T) {
	fine := signicat.Config{
		BaseURL: "https://api.example/auth/rest", TokenURL: "https://api.example/token", ClientID: "c", ClientSecret: "s", AccountID: "a", PublicURL: publicURL,
	}
	if _, err := signicat.New(fine, &clock.Manual{}, rand.Reader); err != nil {
		t.Fatal(err)
	}
	for setting, change := range map[string]func(*signicat.Config){
		"base_url is":        func(c *signicat.Config) { c.BaseURL = "" },
		"base_url must":      func(c *signicat.Config) { c.BaseURL = "http://api.example/auth/rest" },
		"token_url must":     func(c *signicat.Config) { c.TokenURL = "http://api.example/token" },
		"token_url is":       func(c *signicat.Config) { c.TokenURL = "https://user:word@api.example/token" },
		"client_id":          func(c *signicat.Config) { c.ClientID = "" },
		"client_secret":      func(c *signicat.Config) { c.ClientSecret = "" },
		"account_id":         func(c *signicat.Config) { c.AccountID = "" },
		"the public address": func(c *signicat.Config) { c.PublicURL = "https://gateway.example/" },
	} {
		c := fine
		change(&c)
		if _, err := signicat.New(c, &clock.Manual{}, rand.Reader); err == nil || !strings.Contains(err.Error(), setting) {
			t.Errorf("%s: got %v", setting, err)
		}
	}
}

func TestNothingPrintsTheSecretOrTheToken(t *testing.T) {
	b := newBench(t)
	b.begun(t, b.order(t, eid.NOBankID, eid.Page))
	c := signicat.Config{ClientSecret: there.Secret, AccountID: "a-sdge"}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "config", c, "provider", b.Provider)
	for _, shown := range []string{
		log.String(), fmt.Sprintf("%v %+v %#v %s", c, c, c, c), fmt.Sprintf("%v %+v %#v %s", b.Provider, b.Provider, b.Provider, b.Provider),
		fmt.Sprintf("%+v %#v", struct{ P *signicat.Provider }{b.Provider}, struct{ P *signicat.Provider }{b.Provider}),
	} {
		if strings.Contains(shown, there.Secret) || strings.Contains(shown, "eyJ") {
			t.Error("a secret is printed")
		}
	}
}
