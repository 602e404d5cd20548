package pdf_test

import (
	"bytes"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/pdf"
	"github.com/eidgate/eidgate/ports/outbound"
)

var moment = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

func identity(t testing.TB) pdf.Config {
	t.Helper()
	made, err := pdf.DevelopmentIdentity([]byte("a secret of this test alone"))
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func signer(t testing.TB) *pdf.Signer {
	t.Helper()
	s, err := pdf.New(identity(t))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func signed(t testing.TB, content []byte) []byte {
	t.Helper()
	if err := (pdf.Inspector{}).Inspect(t.Context(), content); err != nil {
		t.Fatal(reasons(err))
	}
	by := outbound.DocumentSignature{Name: "Åse (the \\ tester)", Reason: "Approved (by eID)", At: moment}
	out, err := signer(t).SignDocument(t.Context(), content, by)
	if err != nil {
		t.Fatal(reasons(err))
	}
	if !bytes.HasPrefix(out, content) {
		t.Fatal("signing changed what was there")
	}
	return out
}

// judge lets the tools look at a document with so many signatures, the last of which covers all of it.
func judge(t *testing.T, content []byte, signatures int) {
	t.Helper()
	path := file(t, content)
	said, err := run(t, "pdfsig", "-nocert", path)
	if err != nil && !strings.Contains(said, "Signature #1") {
		t.Fatalf("pdfsig: %v\n%s", err, said)
	}
	if n := strings.Count(said, "Signature is Valid."); n != signatures {
		t.Errorf("pdfsig finds %d valid signatures, not %d:\n%s", n, signatures, said)
	}
	if n := strings.Count(said, "Total document signed"); n != 1 {
		t.Errorf("%d signatures cover the whole document:\n%s", n, said)
	}
	if n := strings.Count(said, "ETSI.CAdES.detached"); n != signatures {
		t.Errorf("%d signatures are of the kind that was made:\n%s", n, said)
	}
	if !strings.Contains(said, pdf.DevelopmentName) {
		t.Errorf("pdfsig does not see who signed:\n%s", said)
	}
	if said, err := run(t, "qpdf", "--check", path); err != nil {
		t.Errorf("qpdf: %v\n%s", err, said)
	}
	for i, s := range cut(t, content) {
		if said, err := s.verify(t, identity(t).Chain[0]); err != nil {
			t.Errorf("openssl, signature %d: %v\n%s", i+1, err, said)
		}
	}
}

// detached is a signature as it was cut out of a document.
type detached struct{ covered, der []byte }

var byteRange = regexp.MustCompile(`/ByteRange \[0 (\d+) +(\d+) +(\d+) *\] /Contents <([0-9a-fA-F]*)>`)

func cut(t testing.TB, content []byte) (found []detached) {
	t.Helper()
	for _, m := range byteRange.FindAllSubmatch(content, -1) {
		first, _ := strconv.Atoi(string(m[1]))
		second, _ := strconv.Atoi(string(m[2]))
		length, _ := strconv.Atoi(string(m[3]))
		if first >= second || second+length > len(content) || content[first] != '<' || content[second-1] != '>' {
			t.Fatal("the byte range leaves out something else than the signature")
		}
		der, err := hex.DecodeString(string(m[4]))
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, detached{append(bytes.Clone(content[:first]), content[second:second+length]...), der})
	}
	if len(found) == 0 {
		t.Fatal("no signature to cut out")
	}
	return found
}

// verify asks openssl, also whether the signature names its certificate as CAdES demands it.
func (d detached) verify(t testing.TB, anchor *x509.Certificate) (string, error) {
	t.Helper()
	folder := t.TempDir()
	covered, der := filepath.Join(folder, "covered"), filepath.Join(folder, "signature.der")
	trusted := filepath.Join(folder, "anchor.pem")
	pemmed := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: anchor.Raw})
	for path, content := range map[string][]byte{covered: d.covered, der: d.der, trusted: pemmed} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return run(t, "openssl", "cms", "-verify", "-binary", "-CAfile", trusted, "-purpose", "any", "-cades", "-inform", "DER", "-in", der, "-content", covered, "-out", os.DevNull)
}

func TestWhatWasSignedIsAcceptedByOtherTools(t *testing.T) {
	page := onePage()
	form := "<</Fields [] /DA (/Helv 0 Tf)>>"
	for name, make := range map[string]func(t *testing.T) []byte{
		"table":           func(*testing.T) []byte { return page.write() },
		"lines end CR LF": func(*testing.T) []byte { d := page; d.eol = "\r\n"; return d.write() },
		"lines end CR": func(*testing.T) []byte {
			d := page
			d.eol = "\r"
			delete(d.with(4, "").objects, 4)
			return d.with(4, "[]").with(3, "<</Type /Page /Parent 2 0 R /MediaBox [0 0 9 9]>>").write()
		},
		"comments behind the end": func(*testing.T) []byte { d := page; d.tail = "% printed by somebody\n%and kept"; return d.write() },
		"identifier":              func(*testing.T) []byte { d := page; d.trailer = "/ID [<0102> <0102>]"; return d.write() },
		"start one byte early":    func(*testing.T) []byte { d := page; d.shift = -1; return d.write() },
		"form in catalog": func(*testing.T) []byte {
			return page.with(1, "<</Type /Catalog /Pages 2 0 R /AcroForm "+form+">>").write()
		},
		"form on its own": func(*testing.T) []byte {
			return page.with(1, "<</Type /Catalog /Pages 2 0 R /AcroForm 6 0 R>>").with(6, "<</Fields 7 0 R>>").with(7, "[8 0 R]").
				with(8, "<</FT /Tx /T (a) /Type /Annot /Subtype /Widget /Rect [0 0 9 9]>>").with(9, "[8 0 R]").
				with(3, "<</Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Annots 9 0 R>>").write()
		},
		"page tree with branches": func(*testing.T) []byte {
			return page.with(2, "<</Type /Pages /Kids [6 0 R 7 0 R] /Count 1>>").with(6, "<</Type /Pages /Parent 2 0 R /Kids [] /Count 0>>").
				with(7, "<</Type /Pages /Parent 2 0 R /Kids [3 0 R] /Count 1>>").
				with(3, "<</Type /Page /Parent 7 0 R /MediaBox [0 0 200 200] /Annots [8 0 R]>>").
				with(8, "<</Type /Annot /Subtype /Link /Rect [0 0 9 9]>>").write()
		},
		"hybrid": func(*testing.T) []byte { return hybrid() },
		"object streams": func(t *testing.T) []byte {
			return rewritten(t, page.write(), "qpdf", "--object-streams=generate", "IN", "OUT")
		},
		"linearized": func(t *testing.T) []byte { return rewritten(t, page.write(), "qpdf", "--linearize", "IN", "OUT") },
		"linearized with object streams": func(t *testing.T) []byte {
			return rewritten(t, page.write(), "qpdf", "--linearize", "--object-streams=generate", "IN", "OUT")
		},
		"another program's": func(t *testing.T) []byte { return rewritten(t, page.write(), "pdftocairo", "-pdf", "IN", "OUT") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			once := signed(t, make(t))
			judge(t, once, 1)
			judge(t, signed(t, once), 2)
		})
	}
}

func TestEveryChangeAfterSigningIsNoticed(t *testing.T) {
	original := onePage().write()
	out := signed(t, original)
	room := byteRange.FindSubmatchIndex(out)
	for name, at := range map[string]int{
		"in the document":  bytes.Index(out, []byte("agreement")),
		"in the update":    bytes.LastIndex(out, []byte("Approved")),
		"in the signature": room[8] + 300,
	} {
		changed := bytes.Clone(out)
		if changed[at]++; changed[at] == ':' || changed[at] == 'g' {
			changed[at] = 'a'
		}
		said, _ := run(t, "pdfsig", "-nocert", file(t, changed))
		if strings.Contains(said, "Signature is Valid.") {
			t.Errorf("a change %s is not noticed:\n%s", name, said)
		}
	}
	if said, _ := run(t, "pdfsig", "-nocert", file(t, append(out, "% more"...))); strings.Contains(said, "Total document signed") {
		t.Errorf("what was appended counts as signed:\n%s", said)
	}
}

func TestASignatureSaysWhoWhyAndWhen(t *testing.T) {
	out := signed(t, onePage().write())[len(onePage().write()):]
	for _, want := range []string{"/M (D:20260304050607+00'00')", `/Reason (Approved \(by eID\))`, "/Name <FEFF00C500730065"} {
		if !bytes.Contains(out, []byte(want)) {
			t.Errorf("the update lacks %q", want)
		}
	}
}

// TestTheOnlyTimeIsTheDocuments looks for the signing time's identifier in CMS, which PAdES leaves out: two times could
// differ.
func TestTheOnlyTimeIsTheDocuments(t *testing.T) {
	prefix := "\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x09"
	der := cut(t, signed(t, onePage().write()))[0].der
	if bytes.Contains(der, []byte(prefix+"\x05")) || !bytes.Contains(der, []byte(prefix+"\x04")) {
		t.Error("the signature has a time of its own, or no digest")
	}
}

func TestTheSameSignatureIsTheSameBytes(t *testing.T) {
	if !bytes.Equal(signed(t, onePage().write()), signed(t, onePage().write())) {
		t.Error("two signers of one secret differ")
	}
}
