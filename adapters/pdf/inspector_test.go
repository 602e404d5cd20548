package pdf_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/pdf"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/outbound"
)

// reasons shows an error with its cause.
func reasons(err error) string {
	if f := fault.Of(err); f != nil {
		return fmt.Sprintf("%v: %v", err, errors.Unwrap(f))
	}
	return fmt.Sprint(err)
}

// refused holds both the inspector and the signer to refusing a document.
func refused(t *testing.T, content []byte) {
	t.Helper()
	if err := (pdf.Inspector{}).Inspect(t.Context(), content); !errors.Is(err, eid.ErrNotPDF) {
		t.Errorf("the inspector says %v", err)
	}
	out, err := signer(t).SignDocument(t.Context(), content, outbound.DocumentSignature{At: moment})
	if !errors.Is(err, eid.ErrNotPDF) || out != nil {
		t.Errorf("the signer says %v and gives %d bytes", err, len(out))
	}
}

func zipped(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	if _, err := z.Create("document.pdf"); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWhatIsNoSoundDocumentIsRefused(t *testing.T) {
	page, sound := onePage(), onePage().write()
	replace := func(old, new string) []byte {
		if bytes.Count(sound, []byte(old)) == 0 {
			t.Fatalf("nothing to replace: %s", old)
		}
		return bytes.Replace(sound, []byte(old), []byte(new), 1)
	}
	shifted := func(by int) []byte { d := page; d.shift = by; return d.write() }
	for name, content := range map[string][]byte{
		"nothing":                       nil,
		"a header alone":                []byte("%PDF-1.7\n"),
		"a web page":                    []byte("<!doctype html><title>PDF</title>"),
		"a web page before the header":  append([]byte("<script>1</script>\n"), sound...),
		"a line before the header":      append([]byte("\n"), sound...),
		"a mark before the header":      append([]byte("\xEF\xBB\xBF"), sound...),
		"an archive":                    zipped(t),
		"an archive behind the end":     append(bytes.Clone(sound), zipped(t)...),
		"a web page behind the end":     append(bytes.Clone(sound), "<script>1</script>"...),
		"another end in a comment":      append(bytes.Clone(sound), "%startxref\n% 9\n"...),
		"another version":               replace("%PDF-1.7", "%PDF-9.7"),
		"cut short":                     sound[:len(sound)-20],
		"cut in the middle":             sound[:len(sound)/2],
		"no end":                        bytes.TrimSuffix(sound, []byte("%%EOF\n")),
		"a start one byte late":         shifted(1),
		"a start behind the file":       shifted(100_000),
		"a start in the file's middle":  shifted(-200),
		"no object where one should be": replace("2 0 obj", "2 0 job"),
		"another object than expected":  replace("3 0 obj", "4 0 obj"),
		"no catalog":                    replace("/Type /Catalog", "/Type /Catalan"),
		"a catalog twice":               replace("/Root 1 0 R", "/Root 1 0 R /Root 2 0 R"),
		"no root":                       replace("/Root 1 0 R", "/Rood 1 0 R"),
		"no page":                       page.with(2, "<</Type /Pages /Kids [] /Count 0>>").write(),
		"a missing page":                page.with(2, "<</Type /Pages /Kids [9 0 R] /Count 1>>").write(),
		"pages in a circle":             page.with(2, "<</Type /Pages /Kids [2 0 R] /Count 1>>").write(),
		"a page for all pages":          page.with(1, "<</Type /Catalog /Pages 3 0 R>>").write(),
		"a form of another sort":        page.with(1, "<</Type /Catalog /Pages 2 0 R /AcroForm [1 2]>>").write(),
		"fields of another sort":        page.with(1, "<</Type /Catalog /Pages 2 0 R /AcroForm <</Fields 4>>>>").write(),
		"fields that are annotations":   shared(page).write(),
		"a reference in a circle":       page.with(6, "6 0 R").with(1, "<</Type /Catalog /Pages 2 0 R /AcroForm 6 0 R>>").write(),
		"an unknown cross-reference":    replace("xref\n0 6", "xref\n0 7"),
		"a cross-reference in a circle": circle(page).write(),
		"broken syntax":                 page.with(1, "<</Type /Catalog /Pages 2 0 R /X }>>").write(),
		"a string without end":          page.with(1, "<</Type /Catalog /Pages 2 0 R /X (>>").write(),
	} {
		t.Run(name, func(t *testing.T) { refused(t, content) })
	}
}

func shared(d drawing) drawing {
	return d.with(6, "[]").with(1, "<</Type /Catalog /Pages 2 0 R /AcroForm <</Fields 6 0 R>>>>").
		with(3, "<</Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Annots 6 0 R>>")
}

func circle(d drawing) drawing {
	d.trailer = "/Prev 0000000000"
	start := bytes.LastIndex(d.write(), []byte("xref\n0"))
	d.trailer = fmt.Sprintf("/Prev %010d", start)
	return d
}

func TestAnEncryptedDocumentIsRefused(t *testing.T) {
	for _, streams := range []string{"disable", "generate"} {
		refused(t, rewritten(t, onePage().write(), "qpdf", "--object-streams="+streams, "--encrypt", "", "owner", "256", "--", "IN", "OUT"))
	}
}

func TestWhatACertificationForbidsIsNotDone(t *testing.T) {
	certified := func(permission string) []byte {
		return onePage().with(1, "<</Type /Catalog /Pages 2 0 R /Perms <</DocMDP 6 0 R>>>>").
			with(6, "<</Type /Sig /Reference [<</TransformMethod /DocMDP /TransformParams <</Type /TransformParams "+permission+">>>>]>>").write()
	}
	for _, permission := range []string{"/P 1", "/P 2", "", "/P /3"} {
		refused(t, certified(permission))
	}
	signed(t, certified("/P 3"))
}

func TestADocumentBeyondTheLimitIsTooLarge(t *testing.T) {
	d := onePage()
	d = d.with(6, stream("", strings.Repeat(" ", eid.MostDocument)))
	if err := (pdf.Inspector{}).Inspect(t.Context(), d.write()); !errors.Is(err, eid.ErrTooLarge) {
		t.Error(err)
	}
	if _, err := signer(t).SignDocument(t.Context(), d.write(), outbound.DocumentSignature{At: moment}); !errors.Is(err, eid.ErrTooLarge) {
		t.Error(err)
	}
	d = d.with(6, stream("", strings.Repeat(" ", eid.MostDocument-2000)))
	signed(t, d.write())
}

func TestWhoHasNoTimeIsToldSoAndTheDocumentIsNotBlamed(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := (pdf.Inspector{}).Inspect(ctx, onePage().write()); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestNoRefusalQuotesTheDocument(t *testing.T) {
	err := (pdf.Inspector{}).Inspect(t.Context(), onePage().with(1, "<</Type /Catalog /Pages 2 0 R /X Hemligt>>").write())
	if !errors.Is(err, eid.ErrNotPDF) || strings.Contains(reasons(err), "Hemligt") {
		t.Error(reasons(err))
	}
}
