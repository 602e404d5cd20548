package vault_test

import (
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/vault"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// What testdata holds was stored by somebody once. Whoever changes how things are sealed or fingerprinted keeps
// reading it, or they lose their data.

func kept(t *testing.T) (*vault.Vault, organization.Scope) {
	t.Helper()
	v, err := vault.Open("testdata/keys.json", vault.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return v, organization.Scope{Organization: "acme", Environment: organization.Production}
}

func TestWhatTheFirstReleaseSealedStillOpens(t *testing.T) {
	v, scope := kept(t)
	sealed, err := hex.DecodeString(strings.TrimSpace(content(t, "testdata/sealed.hex")))
	if err != nil {
		t.Fatal(err)
	}
	place := outbound.Place{Scope: scope, Record: "account/12", Field: "number"}
	if clear, err := v.Open(t.Context(), place, sealed); err != nil || string(clear) != "kept since the first release" {
		t.Errorf("opened %q, %v", clear, err)
	}
}

// The sums were computed by another implementation of HMAC and HKDF.
func TestFingerprintsAndDerivedSecretsAreWhatTheyWere(t *testing.T) {
	v, scope := kept(t)
	number, err := identity.ParseCanonical(identity.SE, identity.KindPersonnummer, "191212121212")
	if err != nil {
		t.Fatal(err)
	}
	prints, err := v.Of(t.Context(), scope, number)
	if err != nil {
		t.Fatal(err)
	}
	if got := hex.EncodeToString(prints[0].Sum[:]); got != "98240001dc190a11334b14610059bedec645eca0e1d6659b1b3773dd223f4cc7" {
		t.Errorf("the number's is %s", got)
	}
	if prints, err = v.OfText(t.Context(), scope, "email", "a@example.com"); err != nil {
		t.Fatal(err)
	}
	if got := hex.EncodeToString(prints[0].Sum[:]); got != "2ef4e8d737aa50253a56254dd54beaa4ea85e9ca610bc39f05d68ac1f334194d" {
		t.Errorf("the text's is %s", got)
	}
	if got := hex.EncodeToString(v.Derive("simulator")); got != "0f41e5966aa3ba5a0aa3bbe1a8cd1dc8a8106baf344aba267864299b7e3c45af" {
		t.Errorf("the derived secret is %s", got)
	}
}

func TestSecretsAreNotPrintedAtAnyDepth(t *testing.T) {
	values, material := vault.Secrets()
	shapes := []string{
		string(material[:4]), hex.EncodeToString(material[:4]), fmt.Sprintf("%d %d %d", material[0], material[1], material[2]),
		fmt.Sprintf("%#x, %#x, %#x", material[0], material[1], material[2]),
	}
	for i, value := range append(values, first(kept(t))) {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "% x", "%#x", "%p", "%T"} {
			text := strings.ToLower(fmt.Sprintf(verb, value))
			for _, shape := range shapes {
				if strings.Contains(text, strings.ToLower(shape)) {
					t.Errorf("%s shows the key in value %d: %s", verb, i, text)
				}
			}
		}
	}
	if plain := fmt.Sprintf("%d", material); !strings.Contains(plain, shapes[2]) {
		t.Error("the test would not see a key if it were shown")
	}
}

func first[A, B any](a A, _ B) A { return a }
