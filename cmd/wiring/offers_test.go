package wiring

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"flag"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/httpapi/eidapi"
	"github.com/eidgate/eidgate/adapters/metrics"
	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/standin"
)

var update = flag.Bool("update", false, "write what the providers offer to the pages and the README, in place of comparing")

const (
	offersFile = "../../adapters/httpapi/pages/site/docs/offers.json"
	readmeFile = "../../README.md"
)

// offered is what the page of providers is made of.
type offered struct {
	Providers []string        `json:"providers"`
	Paths     []offeredPath   `json:"paths"`
	Offers    []providerOffer `json:"offers"`
}

// offeredPath is one way into an eID, and who carries it.
type offeredPath struct {
	API       string        `json:"api"`
	Path      string        `json:"path"`
	EID       eid.EID       `json:"eid"`
	Operation eid.Operation `json:"operation,omitempty"`
	Channel   eid.Channel   `json:"channel,omitempty"`
	Features  []string      `json:"features,omitempty"`
	Providers []string      `json:"providers"`
	Documents []string      `json:"documents,omitempty"` // the providers that sign documents by it, too
}

type providerOffer struct {
	Provider  string        `json:"provider"`
	EID       eid.EID       `json:"eid"`
	Operation eid.Operation `json:"operation"`
	Channel   eid.Channel   `json:"channel"`
	Tells     []string      `json:"tells,omitempty"`
	Documents bool          `json:"documents,omitempty"`
	Offline   bool          `json:"offline,omitempty"`
}

// everyRoad builds every provider that there is, as the configuration does.
func everyRoad(t *testing.T) *roads {
	t.Helper()
	config := defaults(Development)
	dir := t.TempDir()
	file := func(name string, content []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	asJSON := func(v any) []byte {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	signing, encryption := standin.ClientKeys()
	config.PublicURL, config.Keys.File = "https://eid.example.com", filepath.Join(dir, "keys.json")
	p := &config.Providers
	p.Criipto.Issuer, p.Criipto.ClientID = "https://criipto.example", "client"
	p.Criipto.SigningKey, p.Criipto.EncryptionKey = file("signing.json", asJSON(signing)), file("encryption.json", asJSON(encryption))
	p.IDkollen.BaseURL, p.IDkollen.AccountID, p.IDkollen.SecretKey = "https://api.idkollen.se", "account", NewSecret("secret")
	p.Signicat.BaseURL, p.Signicat.TokenURL = "https://api.signicat.com/auth/rest", "https://api.signicat.com/auth/open/connect/token"
	p.Signicat.ClientID, p.Signicat.ClientSecret, p.Signicat.AccountID = "client", NewSecret("secret"), "a-account"
	p.BankID.BaseURL = "http://127.0.0.1:1/rp/v6.0"
	p.Freja.BaseURL, p.Freja.JWSCertificates = "http://127.0.0.1:1", []string{file("jws.pem", certificate(t))}
	v, err := openKeyring(config, system.Clock{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := newProviders(config, v, system.Clock{}, system.IDs{}, system.Random{}, metrics.New("test"))
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range p.roads() {
		if r.guards[one.name] == nil {
			t.Errorf("%s was not built", one.name)
		}
	}
	return r
}

func certificate(t *testing.T) []byte {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

// told spells attributes in the order in which they are declared.
func told(a eid.Attributes) (words []string) {
	for _, one := range []struct {
		what eid.Attributes
		word string
	}{{eid.WantNumber, "number"}, {eid.WantPhone, "phone"}, {eid.WantEmail, "email"}, {eid.WantAddress, "address"}, {eid.WantSignatory, "signatory"}} {
		if a.Has(one.what) {
			words = append(words, one.word)
		}
	}
	return words
}

func collected(r *roads) offered {
	var all offered
	for _, p := range r.all {
		all.Providers = append(all.Providers, p.Name())
		for _, o := range p.Offers() {
			all.Offers = append(all.Offers, providerOffer{
				Provider: p.Name(), EID: o.EID, Operation: o.Operation, Channel: o.Channel, Tells: told(o.Tells), Documents: o.Documents, Offline: o.Offline,
			})
		}
	}
	who := func(fits func(o outbound.Offer) bool) (names []string) {
		for _, p := range r.all {
			if slices.ContainsFunc(p.Offers(), fits) {
				names = append(names, p.Name())
			}
		}
		return names
	}
	for _, e := range eid.EIDs() {
		all.Paths = append(all.Paths, offeredPath{
			API: "account", Path: "/api/v1/criipto/ftn/auth", EID: e, Operation: eid.Authenticate, Channel: eid.Redirect,
			Providers: who(func(o outbound.Offer) bool { return o.EID == e && o.Channel == eid.Redirect }),
		})
	}
	for _, op := range eidapi.Operations() {
		path := offeredPath{API: "eid", Path: op.Path, EID: op.EID, Operation: op.Operation, Channel: op.Channel, Features: op.Features}
		fits := func(o outbound.Offer) bool {
			return o.EID == op.EID && o.Operation == op.Operation && op.Channel.Carries(o.Channel)
		}
		switch {
		case op.Operation != "":
			path.Providers = who(fits)
			path.Documents = who(func(o outbound.Offer) bool { return fits(o) && o.Documents })
		case op.Name == "verifyBankIdSe":
			for _, p := range all.Providers {
				if r.cards[p] != nil {
					path.Providers = append(path.Providers, p)
				}
			}
		default:
			continue
		}
		all.Paths = append(all.Paths, path)
	}
	return all
}

// matrix is the short form for the README: what can be done with each eID at each provider.
func matrix(all offered) string {
	var b strings.Builder
	b.WriteString("| eID | " + strings.Join(all.Providers, " | ") + " |\n|---|" + strings.Repeat("---|", len(all.Providers)) + "\n")
	for _, e := range eid.EIDs() {
		b.WriteString("| `" + string(e) + "` |")
		for _, p := range all.Providers {
			var can []string
			for _, path := range all.Paths {
				if path.EID != e || !slices.Contains(path.Providers, p) {
					continue
				}
				word := "account"
				if path.API == "eid" {
					_, word, _ = strings.Cut(strings.TrimPrefix(path.Path, "/v3/"), "/")
				}
				if slices.Contains(path.Documents, p) {
					word += " with documents"
				}
				can = append(can, word)
			}
			b.WriteString(" " + strings.Join(can, ", ") + " |")
		}
		b.WriteString("\n")
	}
	return b.String()
}

const (
	offersBegin = "<!-- offers: written by go test ./cmd/wiring -run Offer -update -->\n"
	offersEnd   = "<!-- end of offers -->\n"
)

func TestWhatTheProvidersOfferStandsOnThePagesAndInTheReadme(t *testing.T) {
	all := collected(everyRoad(t))
	var page bytes.Buffer
	encoder := json.NewEncoder(&page)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(all); err != nil {
		t.Fatal(err)
	}
	kept(t, offersFile, page.Bytes())

	readme, err := os.ReadFile(readmeFile)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, begun := strings.Cut(string(readme), offersBegin)
	_, after, ended := strings.Cut(rest, offersEnd)
	if !begun || !ended {
		t.Fatal("the README has no place for the table")
	}
	kept(t, readmeFile, []byte(before+offersBegin+"\n"+matrix(all)+"\n"+offersEnd+after))
}

// kept compares a file with what it should be, or makes it so.
func kept(t *testing.T, path string, want []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, want, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s is not what the providers offer (%v); go test ./cmd/wiring -run Offer -update writes it anew", path, err)
	}
}
