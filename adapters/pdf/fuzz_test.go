package pdf_test

import (
	"bytes"
	"testing"

	"github.com/eidgate/eidgate/adapters/pdf"
	"github.com/eidgate/eidgate/ports/outbound"
)

// FuzzInspector holds the reader to refusing what it cannot read, without the net below it.
func FuzzInspector(f *testing.F) {
	for _, content := range seeds() {
		f.Add(content)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		pdf.InspectBare(t.Context(), content)
	})
}

func seeds() [][]byte {
	page := onePage()
	return [][]byte{
		page.write(), hybrid(),
		page.with(1, "<</Type /Catalog /Pages 2 0 R /AcroForm <</Fields [] /DA (/F (1\\)) 0 Tf) /X <0a 0B> /Y [-1.5 true null]>>>>").write(),
		withStreams("<</Type /Catalog /Pages 2 0 R /AcroForm 10 0 R>>", stream("/Type /ObjStm /N 1 /First 5", "10 0 <</Fields []>>")),
		circle(page).write(), shared(page).write(),
	}
}

// FuzzSigner holds the signer to signing whatever passes the inspector, such that it passes again, now with a form.
func FuzzSigner(f *testing.F) {
	for _, content := range seeds() {
		f.Add(content, "Åse", "Approved (by eID)")
	}
	s := signer(f)
	f.Fuzz(func(t *testing.T, content []byte, name, reason string) {
		if pdf.InspectBare(t.Context(), content) != nil {
			return
		}
		by := outbound.DocumentSignature{Name: name, Reason: reason, At: moment}
		out, err := s.SignDocument(t.Context(), content, by)
		if err != nil {
			t.Fatal(reasons(err))
		}
		if !bytes.HasPrefix(out, content) {
			t.Fatal("signing changed what was there")
		}
		if err := pdf.InspectBare(t.Context(), out); err != nil {
			t.Fatal("what was signed is no document any more: ", err)
		}
		if !bytes.Contains(content, []byte("/ByteRange")) {
			cut(t, out)
		}
	})
}

// FuzzObjects puts anything in the place of the objects that a signature changes, where the cross-reference finds it.
func FuzzObjects(f *testing.F) {
	f.Add("<</Type /Catalog /Pages 2 0 R /AcroForm 6 0 R>>", "<</Type /Page /Parent 2 0 R /Annots [7 0 R]>>", "<</Fields 7 0 R /SigFlags 1>>", "[]")
	f.Add("<</Type /Catalog /Pages 2 0 R /Perms <</DocMDP 6 0 R>>>>", "<</Type /Page /Annots 7 0 R>>", "<</Reference [<</TransformMethod /DocMDP /TransformParams 7 0 R>>]>>", "<</P 3>>")
	f.Add("<</Type#20 /Catalog /Type /Catalo#67 /Pages 2 0 R>>", "<</Type /Page /X (a(b)\\)c) /Y <4 1 2> /Z [1 -.5 +3 4 0 R true null]>>", "% nothing\n1", "<<>>")
	s := signer(f)
	f.Fuzz(func(t *testing.T, catalog, page, six, seven string) {
		content := onePage().with(1, catalog).with(3, page).with(6, six).with(7, seven).write()
		if pdf.InspectBare(t.Context(), content) != nil {
			return
		}
		out, err := s.SignDocument(t.Context(), content, outbound.DocumentSignature{At: moment})
		if err != nil {
			t.Fatal(reasons(err))
		}
		if err := pdf.InspectBare(t.Context(), out); err != nil {
			t.Fatal("what was signed is no document any more: ", err)
		}
	})
}
