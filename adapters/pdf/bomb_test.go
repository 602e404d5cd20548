package pdf_test

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/pdf"
	"github.com/eidgate/eidgate/domain/eid"
)

// deflated packs data.
func deflated(t *testing.T, data []byte) string {
	t.Helper()
	var b bytes.Buffer
	w, err := zlib.NewWriterLevel(&b, zlib.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// withStreams is a document whose objects 10 and up lie in the object streams, the first of each, by a cross-reference
// that is a stream.
func withStreams(catalog string, streams ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.5\n")
	var rows bytes.Buffer
	var index strings.Builder
	put := func(n int, object string) {
		fmt.Fprintf(&index, "%d 1 ", n)
		rows.Write([]byte{1, byte(b.Len() >> 16), byte(b.Len() >> 8), byte(b.Len()), 0})
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", n, object)
	}
	put(1, catalog)
	put(2, "<</Type /Pages /Kids [3 0 R] /Count 1>>")
	put(3, "<</Type /Page /Parent 2 0 R /MediaBox [0 0 9 9]>>")
	for i, s := range streams {
		put(50+i, s)
		fmt.Fprintf(&index, "%d 1 ", 10+i)
		rows.Write([]byte{2, 0, 0, byte(50 + i), 0})
	}
	at := b.Len()
	fmt.Fprintf(&b, "9 0 obj\n<</Type /XRef /Size 100 /W [1 3 1] /Index [%s] /Root 1 0 R /Length %d>>\nstream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n", index.String(), rows.Len(), rows.String(), at)
	return b.Bytes()
}

// TestBombsDoNotGoOff gives the reader documents that grow when they are read, and looks at how much it took.
func TestBombsDoNotGoOff(t *testing.T) {
	page := onePage()
	packed := deflated(t, append([]byte("10 0 "), make([]byte, 128<<20)...))
	large := stream("/Type /ObjStm /N 1 /First 5 /Filter /FlateDecode", packed)
	const complexity, depth = "too complex", "too deep"
	for name, c := range map[string]struct {
		content []byte
		why     string
	}{
		"one stream that unpacks to too much": {withStreams("<</Type /Catalog /Pages 2 0 R /AcroForm 10 0 R>>", large), complexity},
		"deep arrays":                         {page.with(1, "<</Type /Catalog /Pages 2 0 R /X "+strings.Repeat("[", 1<<16)+">>").write(), depth},
		"deep dictionaries":                   {page.with(1, strings.Repeat("<</A ", 1<<16)).write(), depth},
		"many values":                         {page.with(1, "<</Type /Catalog /Pages 2 0 R /X ["+strings.Repeat("0 ", 1<<20)+"]>>").write(), complexity},
		"many references":                     {page.with(1, "<</Type /Catalog /Pages 2 0 R /X ["+strings.Repeat("1 0 R ", 1<<19)+"]>>").write(), complexity},
		"long objects, again and again":       {again(), complexity},
		"a claim of many entries":             {bytes.Replace(page.write(), []byte("xref\n0 6"), []byte("xref\n0 8388607"), 1), "cross-reference"},
		"many sections":                       {sections(), "cross-reference"},
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			err := (pdf.Inspector{}).Inspect(t.Context(), c.content)
			runtime.ReadMemStats(&after)
			if !errors.Is(err, eid.ErrNotPDF) || !strings.Contains(reasons(err), c.why) {
				t.Error(reasons(err))
			}
			if took := after.TotalAlloc - before.TotalAlloc; took > 256<<20 {
				t.Errorf("reading took %d MiB", took>>20)
			}
		})
	}
	sound := stream("/Type /ObjStm /N 1 /First 5 /Filter /FlateDecode", deflated(t, []byte("10 0 <</Fields []>>")))
	signed(t, withStreams("<</Type /Catalog /Pages 2 0 R /AcroForm 10 0 R>>", sound))
}

// again is a tree of pages that all are one long object, under many numbers.
func again() []byte {
	const count = 1000
	var head, kids strings.Builder
	for i := range count {
		fmt.Fprintf(&head, "%d 0 ", 10+i)
		fmt.Fprintf(&kids, "%d 0 R ", 10+i)
	}
	long := "<</Type /Pages /Kids [] /X (" + strings.Repeat("x", 1<<20) + ")>>"
	s := stream(fmt.Sprintf("/Type /ObjStm /N %d /First %d", count, head.Len()), head.String()+long)
	return manyInOne(s, kids.String(), count)
}

// manyInOne has so many objects from 10 on in one object stream, all of them kids of the page tree.
func manyInOne(s, kids string, count int) []byte {
	var b, rows bytes.Buffer
	b.WriteString("%PDF-1.5\n")
	put := func(n int, object string) {
		rows.Write([]byte{1, byte(b.Len() >> 16), byte(b.Len() >> 8), byte(b.Len()), 0, 0})
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", n, object)
	}
	put(1, "<</Type /Catalog /Pages 2 0 R>>")
	put(2, "<</Type /Pages /Kids ["+kids+"]>>")
	put(3, s)
	for i := range count {
		rows.Write([]byte{2, 0, 0, 3, byte(i >> 8), byte(i)})
	}
	at := b.Len()
	fmt.Fprintf(&b, "4 0 obj\n<</Type /XRef /Size 5000 /W [1 3 2] /Index [1 3 10 %d] /Root 1 0 R /Length %d>>\nstream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n", count, rows.Len(), rows.String(), at)
	return b.Bytes()
}

// sections is a document with a cross-reference of very many sections.
func sections() []byte {
	d := onePage().write()
	previous := bytes.LastIndex(d, []byte("xref\n0"))
	b := bytes.NewBuffer(d)
	for range 2_000 {
		at := b.Len()
		fmt.Fprintf(b, "xref\n0 0\ntrailer\n<</Size 6 /Root 1 0 R /Prev %d>>\n", previous)
		previous = at
	}
	fmt.Fprintf(b, "startxref\n%d\n%%%%EOF\n", previous)
	return b.Bytes()
}
