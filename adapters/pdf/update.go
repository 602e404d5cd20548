package pdf

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/eidgate/eidgate/ports/outbound"
)

// update is what is appended to a document (ISO 32000-1, section 7.5.6).
type update struct {
	document *document
	out      bytes.Buffer // the document, and what is appended
	next     int          // the number of the next new object
	written  []written
}

// written is an object of the update.
type written struct {
	ref
	offset int
}

// room is where the signature goes.
type room struct {
	ranges int // where the four numbers of the byte range stand
	from   int // the opening angle bracket
	to     int // behind the closing one
	size   int // bytes that fit
}

func newUpdate(d *document, s *structure) *update {
	u := &update{document: d, next: s.next}
	u.out.Grow(len(d.content) + 64<<10)
	u.out.Write(d.content)
	if end := d.content[len(d.content)-1]; end != '\n' && end != '\r' {
		u.out.WriteByte('\n')
	}
	return u
}

// newObjects is how many new objects an update has at most: signature, field, cross-reference.
const newObjects = 3

func (u *update) number() ref {
	u.next++
	return ref{number: u.next - 1}
}

// begin starts an object.
func (u *update) begin(r ref) {
	u.written = append(u.written, written{r, u.out.Len()})
	r.write(&u.out)
	u.out.WriteString(" obj\n")
}

func (u *update) put(r ref, v value) {
	u.begin(r)
	v.write(&u.out)
	u.out.WriteString("\nendobj\n")
}

// blank is as wide as an offset can be.
const blank = "          "

// sign appends a signature without content, its field, and what leads to it.
func (u *update) sign(s *structure, by outbound.DocumentSignature, size int) room {
	signature, field := u.number(), u.number()
	r := room{size: size}
	u.begin(signature)
	u.out.WriteString("<</Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /ByteRange [0 ")
	r.ranges = u.out.Len()
	u.out.WriteString(blank + " " + blank + " " + blank + "] /Contents ")
	r.from = u.out.Len()
	u.out.WriteByte('<')
	u.out.Write(bytes.Repeat([]byte{'0'}, 2*size))
	u.out.WriteByte('>')
	r.to = u.out.Len()
	rest := value{}.with("M", dateOf(by.At))
	if by.Name != "" {
		rest = rest.with("Name", textOf(by.Name))
	}
	if by.Reason != "" {
		rest = rest.with("Reason", textOf(by.Reason))
	}
	for _, p := range rest.pairs {
		u.out.WriteString(" /" + p.key + " ")
		p.value.write(&u.out)
	}
	u.out.WriteString(">>\nendobj\n")
	u.put(field, u.field(s, signature))
	u.page(s, field)
	u.form(s, field)
	return r
}

// field is the signature's field and its place on the first page, which is empty: it is not seen. Its name is made of
// the document, so that a form that has been signed before has no other of that name.
func (u *update) field(s *structure, signature ref) value {
	sum := sha256.Sum256(u.document.content)
	rect := value{kind: array, items: []value{integerOf(0), integerOf(0), integerOf(0), integerOf(0)}}
	return value{}.
		with("Type", nameOf("Annot")).with("Subtype", nameOf("Widget")).with("FT", nameOf("Sig")).
		with("T", textOf("Signature "+hex.EncodeToString(sum[:8]))).
		with("F", integerOf(printed|locked)).with("Rect", rect).
		with("P", referenceTo(s.page)).with("V", referenceTo(signature))
}

// The flags of an annotation that is printed and cannot be moved (ISO 32000-1, table 165).
const (
	printed = 1 << 2
	locked  = 1 << 7
)

// page adds the field to the first page's annotations: to the array, or to the page where the array stands in it.
func (u *update) page(s *structure, field ref) {
	notes := s.notes.and(referenceTo(field))
	if at, apart := s.notesAt(); apart {
		u.put(at, notes)
		return
	}
	u.put(s.page, s.leaf.with("Annots", notes))
}

// The flags of a form that has signatures and may only be appended to (ISO 32000-1, table 219).
const signaturesExist, appendOnly = 1, 2

// form adds the field to the form's fields, wherever they stand.
func (u *update) form(s *structure, field ref) {
	fields := s.fields.and(referenceTo(field))
	form := s.form
	if at, apart := s.fieldsAt(); apart {
		u.put(at, fields)
	} else {
		form = form.with("Fields", fields)
	}
	flags, _ := form.get("SigFlags").integer()
	form = form.with("SigFlags", integerOf(flags&0xFF|signaturesExist|appendOnly))
	if at, apart := s.formAt(); apart {
		u.put(at, form)
		return
	}
	u.put(s.root, s.catalog.with("AcroForm", form))
}

// finish appends the cross-reference, in the form in which the newest one is.
func (u *update) finish() {
	trailer := u.document.trailer.without("Size", "Prev", "XRefStm", "Type", "W", "Index", "Length", "Filter", "DecodeParms", "DL")
	if id := trailer.get("ID"); id.kind == array && len(id.items) == 2 {
		sum := sha256.Sum256(u.out.Bytes())
		trailer = trailer.with("ID", value{kind: array, items: []value{id.items[0], hexOf(sum[:16])}})
	}
	start := u.out.Len()
	trailer = trailer.with("Prev", integerOf(u.document.newest))
	if u.document.streams {
		u.stream(trailer)
	} else {
		u.table(trailer)
	}
	fmt.Fprintf(&u.out, "startxref\n%d\n%%%%EOF\n", start)
}

func (u *update) sorted() []written {
	return slices.SortedFunc(slices.Values(u.written), func(a, b written) int { return a.number - b.number })
}

func (u *update) table(trailer value) {
	u.out.WriteString("xref\n")
	list := u.sorted()
	for len(list) > 0 {
		run := 1
		for run < len(list) && list[run].number == list[0].number+run {
			run++
		}
		fmt.Fprintf(&u.out, "%d %d\n", list[0].number, run)
		for _, w := range list[:run] {
			fmt.Fprintf(&u.out, "%010d %05d n\r\n", w.offset, w.generation)
		}
		list = list[run:]
	}
	u.out.WriteString("trailer\n")
	trailer.with("Size", integerOf(u.next)).write(&u.out)
	u.out.WriteByte('\n')
}

func (u *update) stream(trailer value) {
	self := u.number()
	u.begin(self)
	var data []byte
	index := value{kind: array}
	for _, w := range u.sorted() {
		index = index.and(integerOf(w.number)).and(integerOf(1))
		data = append(data, 1)
		data = binary.BigEndian.AppendUint32(data, uint32(w.offset)) // at most a document and its update
		data = binary.BigEndian.AppendUint16(data, uint16(w.generation))
	}
	widths := value{kind: array, items: []value{integerOf(1), integerOf(4), integerOf(2)}}
	trailer.with("Type", nameOf("XRef")).with("Size", integerOf(u.next)).with("W", widths).with("Index", index).
		with("Length", integerOf(len(data))).write(&u.out)
	u.out.WriteString("\nstream\n")
	u.out.Write(data)
	u.out.WriteString("\nendstream\nendobj\n")
}

// fill writes the byte range, and gives what it covers: all but the room.
func (u *update) fill(r room) []byte {
	all := u.out.Bytes()
	copy(all[r.ranges:], fmt.Sprintf("%-10d %-10d %-10d", r.from, r.to, len(all)-r.to))
	covered := make([]byte, 0, len(all)-(r.to-r.from))
	return append(append(covered, all[:r.from]...), all[r.to:]...)
}

// insert puts the signature into its room.
func (u *update) insert(r room, der []byte) { hex.Encode(u.out.Bytes()[r.from+1:r.to-1], der) }

func (u *update) bytes() []byte { return u.out.Bytes() }
