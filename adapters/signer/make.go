package signer

import (
	"context"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"strings"
	"time"

	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/outbound"
)

// making is held by whoever makes a key: the process makes one at a time, however many signers it has, so that nobody
// can keep all processors busy with keys.
var making = make(chan struct{}, 1)

// backdated is how much earlier than now a certificate begins, for verifiers whose clocks are slow.
const backdated = time.Hour

// Make makes a key and its certificate; see [outbound.Signer]. The certificate begins an hour before now, and is good for
// a year at least. Parts of the subject that are longer than X.509 allows (RFC 5280, appendix A.1) are cut, and a country
// that is no code of two letters is left out. It fails with [ErrKeyQueue] when ctx ends before the key's turn has come;
// a key that is being made gets finished.
func (s *Signer) Make(ctx context.Context, subject outbound.CertificateSubject) (private, certificate []byte, err error) {
	if err := ctx.Err(); err != nil { // select would toss a coin
		return nil, nil, ErrKeyQueue.RetryIn(time.Second).Because(err)
	}
	select {
	case making <- struct{}{}:
		defer func() { <-making }()
	case <-ctx.Done():
		return nil, nil, ErrKeyQueue.RetryIn(time.Second).Because(ctx.Err())
	}
	key, err := rsa.GenerateKey(s.random, bits)
	if err != nil {
		return nil, nil, fault.ErrInternal.Because(fmt.Errorf("make a signing key: %w", err))
	}
	if private, err = x509.MarshalPKCS8PrivateKey(key); err != nil {
		return nil, nil, fault.ErrInternal.Because(fmt.Errorf("make a signing key: %w", err))
	}
	id := sha256.Sum256(x509.MarshalPKCS1PublicKey(&key.PublicKey))
	now := s.clock.Now().UTC().Truncate(time.Second)
	template := &x509.Certificate{
		Subject:      name(subject),
		NotBefore:    now.Add(-backdated),
		NotAfter:     now.AddDate(max(subject.Years, 1), 0, 0),
		KeyUsage:     x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment, // identity providers encrypt for it
		SubjectKeyId: id[:20],                                                      // RFC 7093, section 2, method 1

		BasicConstraintsValid: true,
	}
	if certificate, err = x509.CreateCertificate(s.random, template, template, key.Public(), key); err != nil {
		return nil, nil, fault.ErrInternal.Because(fmt.Errorf("make a certificate: %w", err))
	}
	return private, certificate, nil
}

// name is the subject as X.509 has it. What is empty is left out.
func name(s outbound.CertificateSubject) pkix.Name {
	n := pkix.Name{
		CommonName: cut(s.CommonName, 64), Organization: some(cut(s.Organization, 64)), OrganizationalUnit: some(cut(s.Unit, 64)),
		Province: some(cut(s.State, 128)), Locality: some(cut(s.Locality, 128)),
	}
	if country := strings.ToUpper(s.Country); len(country) == 2 && letter(country[0]) && letter(country[1]) {
		n.Country = []string{country}
	}
	return n
}

func letter(b byte) bool { return 'A' <= b && b <= 'Z' }

// cut is the text's beginning, so many characters at most.
func cut(text string, most int) string {
	text = strings.ToValidUTF8(strings.TrimSpace(text), "")
	if runes := []rune(text); len(runes) > most {
		text = strings.TrimSpace(string(runes[:most]))
	}
	return text
}

func some(text string) []string {
	if text == "" {
		return nil
	}
	return []string{text}
}
