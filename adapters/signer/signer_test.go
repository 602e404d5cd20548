package signer_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/eidgate/eidgate/adapters/signer"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/contract"
)

// now is the time of these tests.
var now = time.Date(2026, 11, 26, 3, 4, 5, 678, time.UTC)

type clock struct{}

func (clock) Now() time.Time { return now }

func open() *signer.Signer { return signer.New(clock{}, rand.Reader) }

func TestTheSignerKeepsItsContract(t *testing.T) { contract.TestSigner(t, open(), now) }

// key is one for all tests of this process, since making it takes a while.
var key = sync.OnceValue(func() organization.SigningKey { return newKey("kid-1") })

func newKey(id string) organization.SigningKey {
	private, certificate, err := open().Make(context.Background(), outbound.CertificateSubject{CommonName: "gate.example", Years: 1})
	if err != nil {
		panic(err) // only without a random source
	}
	return organization.SigningKey{ID: id, Private: private, Certificate: certificate}
}

func TestAnotherLibraryVerifiesWhatWeSign(t *testing.T) {
	token, err := open().Sign(t.Context(), key(), "https://gate.example/t/acme", map[string]any{"sub": "anna", "exp": now.Add(time.Hour).Unix(), "aud": "https://app.example"})
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(key().Certificate)
	if err != nil {
		t.Fatal(err)
	}
	parser := jwt.NewParser(jwt.WithValidMethods([]string{"RS256"}), jwt.WithExpirationRequired(), jwt.WithAudience("https://app.example"), jwt.WithTimeFunc(clock{}.Now))
	read, err := parser.Parse(token, func(read *jwt.Token) (any, error) {
		if read.Header["kid"] != "kid-1" || read.Header["iss"] != "https://gate.example/t/acme" || read.Header["typ"] != "JWT" {
			t.Error("the headers are other ones")
		}
		return certificate.PublicKey, nil
	})
	if err != nil || !read.Valid {
		t.Fatalf("it disagrees: %v", err)
	}
	if subject, err := read.Claims.GetSubject(); err != nil || subject != "anna" {
		t.Errorf("the subject is another: %v", err)
	}
}

func TestWhatAnotherLibrarySignsWithOurKeyIsVerified(t *testing.T) {
	private, err := x509.ParsePKCS8PrivateKey(key().Private)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		method jwt.SigningMethod
		good   bool
	}{{jwt.SigningMethodRS256, true}, {jwt.SigningMethodRS384, false}, {jwt.SigningMethodPS256, false}} {
		written := jwt.NewWithClaims(c.method, jwt.MapClaims{"sub": "anna"})
		written.Header["kid"] = "kid-1"
		token, err := written.SignedString(private)
		if err != nil {
			t.Fatal(err)
		}
		claims, err := open().Verify(token, []organization.SigningKey{key()})
		if c.good && (err != nil || claims["sub"] != "anna") || !c.good && !errors.Is(err, outbound.ErrToken) {
			t.Errorf("%s: %v", c.method.Alg(), err)
		}
	}
}

func TestASubjectFitsItsCertificate(t *testing.T) {
	_, der, err := open().Make(t.Context(), outbound.CertificateSubject{
		CommonName: strings.Repeat("å", 65), Organization: " " + strings.Repeat("b", 63) + " c", Unit: "\xff\xfe", Country: "Sweden", State: strings.Repeat("d", 129), Locality: "",
	})
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	s := c.Subject
	if s.CommonName != strings.Repeat("å", 64) || len(s.Organization) != 1 || s.Organization[0] != strings.Repeat("b", 63) || s.OrganizationalUnit != nil ||
		s.Country != nil || len(s.Province) != 1 || len(s.Province[0]) != 128 || s.Locality != nil {
		t.Errorf("the subject is %v", s)
	}
	if want := now.Truncate(time.Second).AddDate(1, 0, 0); !c.NotAfter.Equal(want) {
		t.Errorf("good until %v", c.NotAfter)
	}
}

func TestAShortKeySignsNothing(t *testing.T) {
	short, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: short.D, NotAfter: now}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, short.Public(), short)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(short)
	if err != nil {
		t.Fatal(err)
	}
	k := organization.SigningKey{ID: "short", Private: private, Certificate: certificate}
	if _, err := open().Sign(t.Context(), k, "i", nil); !errors.Is(err, signer.ErrKey) {
		t.Errorf("it signs: %v", err)
	}
}

func FuzzVerify(f *testing.F) {
	s, keys := open(), []organization.SigningKey{key()}
	good, err := s.Sign(context.Background(), key(), "https://gate.example", map[string]any{"sub": "anna"})
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{good, "", "..", good + ".", "eyJhbGciOiJub25lIn0.e30.", strings.ToUpper(good), "{}", `{"payload":"e30","signature":""}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, token string) {
		claims, err := s.Verify(token, keys)
		if token == good {
			return
		}
		if !errors.Is(err, outbound.ErrToken) || claims != nil {
			t.Errorf("a token of nobody's is verified: %v", err)
		}
	})
}

func BenchmarkSign(b *testing.B) {
	s := open()
	claims := map[string]any{"sub": "0190aa", "cid": "0190aa", "exp": 1790000000, "iat": 1789996400, "scp": "read_many:users read:users", "ver": 1}
	for b.Loop() {
		if _, err := s.Sign(context.Background(), key(), "https://gate.example/t/acme", claims); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	s := open()
	token, err := s.Sign(context.Background(), key(), "https://gate.example/t/acme", map[string]any{"sub": "0190aa", "exp": 1790000000})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := s.Verify(token, []organization.SigningKey{key()}); err != nil {
			b.Fatal(err)
		}
	}
}
