package pdf_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// drawing is a document by hand: objects by number, and how it is written down.
type drawing struct {
	objects map[int]string
	trailer string // beside Size and Root
	eol     string
	tail    string // behind the end
	shift   int    // by how much startxref is wrong
}

// onePage is the smallest document that shows something.
func onePage() drawing {
	return drawing{eol: "\n", objects: map[int]string{
		1: "<</Type /Catalog /Pages 2 0 R>>",
		2: "<</Type /Pages /Kids [3 0 R] /Count 1>>",
		3: "<</Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R /Resources <</Font <</F 5 0 R>>>>>>",
		4: stream("", "BT /F 18 Tf 20 100 Td (An agreement) Tj ET"),
		5: "<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>",
	}}
}

func stream(entries, data string) string {
	return fmt.Sprintf("<<%s /Length %d>>\nstream\n%s\nendstream", entries, len(data), data)
}

func (d drawing) with(n int, object string) drawing {
	objects := map[int]string{}
	for k, v := range d.objects {
		objects[k] = v
	}
	objects[n] = object
	d.objects = objects
	return d
}

// write writes the document with a cross-reference that is a table.
func (d drawing) write() []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7" + d.eol + "%\xE2\xE3\xCF\xD3" + d.eol)
	var numbers []int
	for n := range d.objects {
		numbers = append(numbers, n)
	}
	slices.Sort(numbers)
	last := numbers[len(numbers)-1]
	offsets := make([]int, last+1)
	for _, n := range numbers {
		offsets[n] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj%s%s%sendobj%s", n, d.eol, d.objects[n], d.eol, d.eol)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref%s0 %d%s", d.eol, last+1, d.eol)
	for n, offset := range offsets {
		if offset == 0 {
			fmt.Fprintf(&b, "%010d 65535 f\r\n", 0)
		} else {
			fmt.Fprintf(&b, "%010d 00000 n\r\n", offset)
		}
		_ = n
	}
	fmt.Fprintf(&b, "trailer%s<</Size %d /Root 1 0 R %s>>%sstartxref%s%d%s%%%%EOF%s%s", d.eol, last+1, d.trailer, d.eol, d.eol, start+d.shift, d.eol, d.eol, d.tail)
	return b.Bytes()
}

// tool finds a program, or skips the test.
func tool(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("no %s on this machine to judge documents with", name)
	}
	return path
}

// run runs a program and gives what it says.
func run(t testing.TB, name string, arguments ...string) (string, error) {
	t.Helper()
	command := exec.Command(tool(t, name), arguments...)
	command.Env = append(os.Environ(), "LC_ALL=C")
	said, err := command.CombinedOutput()
	return string(said), err
}

// file puts content into a file of its own.
func file(t testing.TB, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "document.pdf")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// rewritten lets a program write the document anew: IN and OUT stand for the files.
func rewritten(t testing.TB, content []byte, name string, arguments ...string) []byte {
	t.Helper()
	in := file(t, content)
	out := in + ".out"
	for i, a := range arguments {
		arguments[i] = strings.NewReplacer("IN", in, "OUT", out).Replace(a)
	}
	if said, err := run(t, name, arguments...); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, said)
	}
	content, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// hybrid is a document for old and new readers: its form lies in an object stream that only new ones know of.
func hybrid() []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.5\n")
	offsets := make([]int, 8)
	put := func(n int, object string) {
		offsets[n] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", n, object)
	}
	put(1, "<</Type /Catalog /Pages 2 0 R /AcroForm 5 0 R>>")
	put(2, "<</Type /Pages /Kids [3 0 R] /Count 1>>")
	put(3, "<</Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Annots 6 0 R>>")
	put(4, stream("/Type /ObjStm /N 2 /First 9", "5 0 6 14 <</Fields []>> []"))
	section := b.Len()
	data := "\x02\x00\x00\x04\x00" + "\x02\x00\x00\x04\x01"
	put(7, stream("/Type /XRef /Size 8 /W [1 3 1] /Index [5 2] /Root 1 0 R", data))
	start := b.Len()
	b.WriteString("xref\n0 8\n0000000000 65535 f \n")
	for n := 1; n < 8; n++ {
		if offsets[n] == 0 {
			b.WriteString("0000000000 00000 f \n")
		} else {
			fmt.Fprintf(&b, "%010d 00000 n \n", offsets[n])
		}
	}
	fmt.Fprintf(&b, "trailer\n<</Size 8 /Root 1 0 R /XRefStm %d>>\nstartxref\n%d\n%%%%EOF\n", section, start)
	return b.Bytes()
}
