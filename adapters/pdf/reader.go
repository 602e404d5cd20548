package pdf

import (
	"bytes"
	"context"
	"errors"
	"regexp"
)

// What a document may cost, and how much of it there may be. A document of the greatest size that anybody made in good
// faith stays far below.
const (
	mostLooked     = 64 << 20
	mostValues     = 200_000
	mostUnpacked   = 32 << 20
	mostEntries    = 250_000 // of the cross-reference, over all revisions
	mostSections   = 1_000   // of the cross-reference
	mostPageNodes  = 10_000  // on the way to the first page
	mostNumber     = 8_388_607
	mostGeneration = 65_535
)

// What makes a file no document, or none that can be signed.
var (
	errHeader    = errors.New("the file does not begin like a PDF document")
	errTail      = errors.New("the file does not end like a PDF document")
	errEncrypted = errors.New("the document is encrypted")
	errXref      = errors.New("the cross-reference cannot be followed")
	errObject    = errors.New("an object is not where the cross-reference has it")
	errStream    = errors.New("a stream of the document's structure cannot be read")
	errCatalog   = errors.New("the document has no catalog")
	errPage      = errors.New("the document has no page")
	errForm      = errors.New("the form cannot be read")
	errShared    = errors.New("parts of the document that have to change are one object")
	errCertified = errors.New("whoever certified the document forbids changes")
)

// header is what a document begins with: no white space, mark or other format before it.
var header = regexp.MustCompile(`^%PDF-(1\.[0-7]|2\.[0-9])[\x00\t\f \r\n]`)

// document is a PDF file whose cross-reference was followed.
type document struct {
	content []byte
	budget  *budget
	entries map[int]entry
	trailer value // the newest one
	newest  int   // where the newest section of the cross-reference begins
	streams bool  // the newest section is a stream
	packed  map[int]*packed
	loading map[int]bool // object streams that are being unpacked
}

// entry is where an object is.
type entry struct {
	free       bool
	offset     int // in the file; of an object within a stream the index there
	generation int
	stream     int // the number of the stream that the object is in, 0 for none
}

// read follows the cross-reference of a document.
func read(ctx context.Context, content []byte) (*document, error) {
	if !header.Match(content[:min(len(content), 16)]) {
		return nil, errHeader
	}
	start, err := findStart(content)
	if err != nil {
		return nil, err
	}
	d := &document{
		content: content, entries: map[int]entry{}, packed: map[int]*packed{}, loading: map[int]bool{},
		budget: &budget{looked: mostLooked, values: mostValues, unpacked: mostUnpacked},
	}
	return d, d.follow(ctx, start)
}

// tailSize is how far from the end the last revision's end is looked for.
const tailSize = 2 << 10

var tail = regexp.MustCompile(`startxref[\x00\t\n\f\r ]+([0-9]{1,10})[\x00\t\n\f\r ]+%%EOF`)

// findStart reads the offset of the newest cross-reference. Behind the end there may be white space and comments,
// and nothing else.
func findStart(content []byte) (int, error) {
	from := max(0, len(content)-tailSize)
	all := tail.FindAllSubmatchIndex(content[from:], -1)
	if len(all) == 0 {
		return 0, errTail
	}
	last := all[len(all)-1]
	rest := scanner{data: content, at: from + last[1], budget: &budget{looked: 2 * tailSize}}
	if c := rest.at; c < len(content) && !isSpace(content[c]) {
		return 0, errTail
	}
	if err := rest.skip(); err != nil || rest.at != len(content) {
		return 0, errTail
	}
	if bytes.Contains(content[from+last[1]:], []byte("startxref")) { // in a comment, where others would find it
		return 0, errTail
	}
	number := scanner{data: content[from+last[2] : from+last[3]], budget: rest.budget}
	start, err := number.natural(len(content))
	if err != nil {
		return 0, errTail
	}
	return start, nil
}

func (d *document) scan(at int) *scanner { return &scanner{data: d.content, at: at, budget: d.budget} }

// find gives an object; what the cross-reference does not know is null. Where it stands for another one, it is
// followed.
func (d *document) find(ctx context.Context, v value) (value, error) {
	for range 8 {
		if v.kind != reference {
			return v, nil
		}
		var err error
		if v, err = d.object(ctx, v.ref); err != nil {
			return value{}, err
		}
	}
	return value{}, errSyntax
}

// object reads an indirect object.
func (d *document) object(ctx context.Context, r ref) (value, error) {
	if err := ctx.Err(); err != nil {
		return value{}, err
	}
	e, known := d.entries[r.number]
	if !known || e.free || e.generation != r.generation {
		return value{}, nil
	}
	if e.stream != 0 {
		return d.unpack(ctx, r.number, e)
	}
	s := d.scan(e.offset)
	if err := s.begin(r); err != nil {
		return value{}, err
	}
	v, err := s.value(0)
	if err != nil {
		return value{}, err
	}
	if ends, err := s.keyword("endobj"); err != nil || ends {
		return v, err
	}
	if streams, err := s.keyword("stream"); err != nil || streams {
		return v, err
	}
	return value{}, errObject
}

// begin reads the number, the generation and "obj" of an indirect object.
func (s *scanner) begin(want ref) error {
	n, err := s.natural(mostNumber)
	if err != nil {
		return errors.Join(errObject, err)
	}
	generation, err := s.natural(mostGeneration)
	if err != nil || n != want.number || generation != want.generation {
		return errors.Join(errObject, err)
	}
	if found, err := s.keyword("obj"); err != nil || !found {
		return errors.Join(errObject, err)
	}
	return nil
}
