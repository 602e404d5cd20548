package sessionapi

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"maps"
	"math/big"
	"strings"
	"sync"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/eidgate/eidgate/adapters/httpapi"
)

var rsaKey = sync.OnceValue(func() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
})

func ecKey(t testing.TB, c elliptic.Curve) *ecdsa.PrivateKey {
	t.Helper()
	k, err := ecdsa.GenerateKey(c, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// sent is a public key as a caller's library writes it, and changed by the given members; nil takes one away.
func sent(t testing.TB, public crypto.PublicKey, changes map[string]any) map[string]any {
	t.Helper()
	text, err := json.Marshal(jose.JSONWebKey{Key: public, Use: "enc"})
	if err != nil {
		t.Fatal(err)
	}
	members := map[string]any{}
	if err := json.Unmarshal(text, &members); err != nil {
		t.Fatal(err)
	}
	maps.Copy(members, changes)
	return members
}

func wrongIn(t testing.TB, value any) string {
	t.Helper()
	k, violations := readEncryptionKey(value)
	if (k == nil) != (len(violations) > 0) && value != nil {
		t.Fatal("a key is neither good nor blamed, or both")
	}
	var all []string
	for _, v := range violations {
		all = append(all, v.Field+" "+v.Code)
	}
	return strings.Join(all, ", ")
}

func TestWhatIsEncryptedIsReadByTheKeysOwner(t *testing.T) {
	for name, private := range map[string]crypto.PrivateKey{
		"RSA": rsaKey(), "P-256": ecKey(t, elliptic.P256()), "P-384": ecKey(t, elliptic.P384()), "P-521": ecKey(t, elliptic.P521()),
	} {
		public := private.(interface{ Public() crypto.PublicKey }).Public()
		k, violations := readEncryptionKey(sent(t, public, map[string]any{"kid": "key-1"}))
		if k == nil {
			t.Fatal(name, violations)
		}
		kept, err := json.Marshal(k)
		if err != nil {
			t.Fatal(err)
		}
		var again encryptionKey
		if err := json.Unmarshal(kept, &again); err != nil || again != *k {
			t.Fatal(name, "is another key when it comes out of storage")
		}
		text, err := again.encrypt([]byte(`{"id":"<&>"}`))
		if err != nil || strings.Count(text, ".") != 4 {
			t.Fatal(name, err)
		}
		protected, err := base64.RawURLEncoding.DecodeString(strings.Split(text, ".")[0])
		if err != nil {
			t.Fatal(err)
		}
		var header map[string]any
		if err := json.Unmarshal(protected, &header); err != nil {
			t.Fatal(err)
		}
		alg := "ECDH-ES"
		if name == "RSA" {
			alg = "RSA-OAEP"
		} else if strings.Split(text, ".")[1] != "" {
			t.Error(name, "agrees on a key and sends one")
		}
		if header["alg"] != alg || header["enc"] != "A256CBC-HS512" || header["kid"] != "key-1" || header["cty"] != "application/json" {
			t.Error(name, header)
		}
		sealed, err := jose.ParseEncryptedCompact(text, []jose.KeyAlgorithm{jose.RSA_OAEP, jose.ECDH_ES}, []jose.ContentEncryption{jose.A256CBC_HS512})
		if err != nil {
			t.Fatal(name, err)
		}
		content, err := sealed.Decrypt(private)
		if err != nil || string(content) != `{"id":"<&>"}` {
			t.Error(name, "is not decrypted:", err)
		}
	}
}

func TestAKeyWithoutIdentifierNamesNoneInItsAnswers(t *testing.T) {
	k, _ := readEncryptionKey(sent(t, rsaKey().Public(), nil))
	text, err := k.encrypt([]byte("{}"))
	if err != nil {
		t.Fatal(err)
	}
	if protected, err := base64.RawURLEncoding.DecodeString(strings.Split(text, ".")[0]); err != nil || strings.Contains(string(protected), "kid") {
		t.Error(string(protected), err)
	}
}

func TestAKeyIsReadInEverySpellingThatCallersUse(t *testing.T) {
	rsaPublic, ecPublic := rsaKey().Public(), ecKey(t, elliptic.P256()).Public()
	plain, _ := readEncryptionKey(sent(t, rsaPublic, nil))
	for name, changes := range map[string]map[string]any{
		"lower case":    {"kty": "rsa", "alg": "rsa-oaep", "use": "ENC"},
		"no hyphen":     {"kty": "Rsa", "alg": "RSAOAEP"},
		"nulls":         {"alg": nil, "use": nil, "kid": nil, "d": nil, "k": nil, "crv": nil, "x": nil, "y": nil},
		"unknown":       {"key_ops": []any{"encrypt"}, "x5t": "abc", "ext": true},
		"other names":   {"n": nil, "N": sent(t, rsaPublic, nil)["n"]},
		"padded":        {"e": "AQAB====", "n": sent(t, rsaPublic, nil)["n"].(string) + "=="},
		"leading zeros": {"e": "AAAAAQAB", "n": encoded(append([]byte{0, 0}, rsaKey().N.Bytes()...))},
		"the other's":   {"crv": "P-256"},
	} {
		members := sent(t, rsaPublic, changes)
		if members["n"] == nil {
			delete(members, "n")
		}
		k, violations := readEncryptionKey(members)
		if k == nil || *k != *plain {
			t.Error(name, violations)
		}
	}
	for name, changes := range map[string]map[string]any{
		"lower case": {"kty": "ec", "alg": "ecdh-es", "crv": "p-256"}, "no hyphen": {"alg": "ECDHES"}, "other members": {"n": nil, "e": nil},
	} {
		if k, violations := readEncryptionKey(sent(t, ecPublic, changes)); k == nil || k.Curve != "P-256" {
			t.Error(name, violations)
		}
	}
	if k, violations := readEncryptionKey(nil); k != nil || violations != nil {
		t.Error("null is taken for a key")
	}
}

func TestAKeyThatIsPrivateWeakOrNoneIsRefused(t *testing.T) {
	rsaPublic, ecPublic := rsaKey().Public(), ecKey(t, elliptic.P256()).Public()
	weak := encoded(new(big.Int).SetBit(big.NewInt(1), 2046, 1).Bytes())
	strong := func(bits int) string { return encoded(new(big.Int).SetBit(big.NewInt(1), bits-1, 1).Bytes()) }
	in := func(c crypto.PublicKey, changes map[string]any) any { return sent(t, c, changes) }
	other := sent(t, ecKey(t, elliptic.P384()).Public(), nil)
	for name, c := range map[string]struct {
		value any
		want  string
	}{
		"text":          {"key", " not_an_object"},
		"list":          {[]any{}, " not_an_object"},
		"nothing":       {map[string]any{}, ".kty required"},
		"symmetric":     {map[string]any{"kty": "oct", "k": "AAAA"}, ".k private_key, encryptionPublicKey.kty unknown"},
		"private RSA":   {in(rsaPublic, map[string]any{"D": "AAAA", "oth": []any{}}), ".d private_key, encryptionPublicKey.oth private_key"},
		"factors":       {in(rsaPublic, map[string]any{"p": "", "q": 1, "dp": "A", "dq": "A", "qi": "A"}), ".p private_key, encryptionPublicKey.q private_key, encryptionPublicKey.dp private_key, encryptionPublicKey.dq private_key, encryptionPublicKey.qi private_key"},
		"private EC":    {in(ecPublic, map[string]any{"d": "AAAA"}), ".d private_key"},
		"twice":         {in(rsaPublic, map[string]any{"KTY": "RSA"}), " duplicate"},
		"signing":       {in(rsaPublic, map[string]any{"use": "sig"}), ".use unknown"},
		"2047 bits":     {in(rsaPublic, map[string]any{"n": weak}), ".n too_small"},
		"4097 bits":     {in(rsaPublic, map[string]any{"n": strong(4097)}), ".n too_large"},
		"even":          {in(rsaPublic, map[string]any{"n": encoded(new(big.Int).Lsh(big.NewInt(1), 2047).Bytes())}), ".n invalid"},
		"megabyte":      {in(rsaPublic, map[string]any{"n": strings.Repeat("_", 1<<20)}), ".n invalid"},
		"not base64":    {in(rsaPublic, map[string]any{"n": "!"}), ".n invalid"},
		"number":        {in(rsaPublic, map[string]any{"e": json.Number("65537")}), ".e not_a_string"},
		"one":           {in(rsaPublic, map[string]any{"e": "AQ"}), ".e invalid"},
		"three":         {in(rsaPublic, map[string]any{"e": "Aw"}), ".e invalid"},
		"even exponent": {in(rsaPublic, map[string]any{"e": encoded([]byte{1, 0, 2})}), ".e invalid"},
		"32 bits":       {in(rsaPublic, map[string]any{"e": encoded([]byte{0x80, 0, 0, 1})}), ".e invalid"},
		"wide exponent": {in(rsaPublic, map[string]any{"e": weak}), ".e invalid"},
		"no modulus":    {in(rsaPublic, map[string]any{"n": nil}), ".n required"},
		"SHA-256":       {in(rsaPublic, map[string]any{"alg": "RSA-OAEP-256"}), ".alg unknown"},
		"wrong pair":    {in(rsaPublic, map[string]any{"alg": "ECDH-ES"}), ".alg unknown"},
		"long kid":      {in(rsaPublic, map[string]any{"kid": strings.Repeat("å", 257)}), ".kid too_long"},
		"kid of 1":      {in(rsaPublic, map[string]any{"kid": true}), ".kid not_a_string"},
		"wrapped":       {in(ecPublic, map[string]any{"alg": "ECDH-ES+A256KW"}), ".alg unknown"},
		"secp256k1":     {in(ecPublic, map[string]any{"crv": "P-256K"}), ".crv unknown"},
		"P-224":         {in(ecPublic, map[string]any{"crv": "P-224"}), ".crv unknown"},
		"Edwards":       {map[string]any{"kty": "OKP", "crv": "X25519", "x": "AAAA"}, ".kty unknown"},
		"no curve":      {in(ecPublic, map[string]any{"crv": nil}), ".crv required"},
		"no point":      {in(ecPublic, map[string]any{"x": nil, "y": ""}), ".x required, encryptionPublicKey.y required"},
		"off the curve": {in(ecPublic, map[string]any{"y": "AQ"}), " off_curve"},
		"origin":        {in(ecPublic, map[string]any{"x": "AA", "y": "AA"}), " off_curve"},
		"another's":     {in(ecPublic, map[string]any{"x": other["x"], "y": other["y"]}), " off_curve"},
	} {
		if got := wrongIn(t, c.value); got != keyMember+c.want {
			t.Errorf("%s: %s", name, got)
		}
	}
	for name, members := range map[string]any{"4096 bits": in(rsaPublic, map[string]any{"n": strong(4096)}), "2048 bits": in(rsaPublic, map[string]any{"n": strong(2048)})} {
		if got := wrongIn(t, members); got != "" {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// Whatever is taken for a key can be encrypted with; a session would otherwise be opened that nobody can ask about.
func FuzzEncryptionKey(f *testing.F) {
	for _, public := range []crypto.PublicKey{rsaKey().Public(), ecKey(f, elliptic.P256()).Public(), ecKey(f, elliptic.P521()).Public()} {
		text, err := json.Marshal(sent(f, public, map[string]any{"kid": "å"}))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	for _, text := range []string{`{}`, `{"kty":"EC","crv":"P-384","x":"AA","y":"AA"}`, `{"kty":"RSA","n":"AQ==","e":"AQAB"}`, `{"kty":null,"d":[]}`, `{"kty":"ec","KTY":"rsa"}`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		members, err := httpapi.ParseObject(text, 100)
		if err != nil {
			return
		}
		k, violations := readEncryptionKey(members)
		if (k == nil) != (len(violations) > 0) {
			t.Fatal("a key is neither good nor blamed, or both")
		}
		if k == nil {
			return
		}
		if _, err := k.encrypt([]byte(`{}`)); err != nil {
			t.Fatal("a key was taken that cannot be used:", err)
		}
		kept, err := json.Marshal(k)
		if err != nil {
			t.Fatal(err)
		}
		again, err := httpapi.ParseObject(string(kept), 100)
		if err != nil {
			t.Fatal(err)
		}
		if same, _ := readEncryptionKey(again); same == nil || *same != *k {
			t.Error("a key is another one when it is read again")
		}
	})
}
