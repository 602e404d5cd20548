package sqlstore

import (
	"encoding/binary"
	"encoding/json"
	"errors"
)

// A session is unsealed by every poll, and as JSON reading it costs more than all else that we do for one. So it is packed:
//
//	1 (the form), then fields: number, length, content
//
// Numbers and lengths are unsigned varints, and fields stand in the order of their numbers. What is empty is left out. A
// number never changes its meaning; fields that are not known are passed over. JSON, which began with a brace, is still read.

const packedForm = 1

var errPacked = errors.New("sqlstore: a packed value is torn")

// packing describes a value to one place for both directions: it is given the fields in the order of their numbers, and
// either writes them or fills them.
type packing struct {
	reads  bool
	out    []byte // what was written
	rest   []byte // what is still to be read
	failed error
}

// pack gives the packed form of a value.
func pack(fields func(p *packing)) ([]byte, error) {
	p := packing{out: append(make([]byte, 0, 1024), packedForm)}
	fields(&p)
	return p.out, p.failed
}

// unpack fills a value from its packed form. Slices of the value share the memory of packed.
func unpack(packed []byte, fields func(p *packing)) error {
	p := packing{reads: true}
	if len(packed) == 0 || packed[0] != packedForm {
		return errPacked
	}
	p.rest = packed[1:]
	p.finish(fields)
	return p.failed
}

// finish reads the fields, and then over those that are not known.
func (p *packing) finish(fields func(p *packing)) {
	fields(p)
	for len(p.rest) > 0 && p.failed == nil {
		_, _, p.rest = p.next()
	}
}

// next looks at the next field. It gives what stands behind it, too.
func (p *packing) next() (number int, content, behind []byte) {
	n, a := binary.Uvarint(p.rest)
	if a <= 0 {
		return p.torn()
	}
	length, b := binary.Uvarint(p.rest[a:])
	from := a + b
	if b <= 0 || n > 1<<20 || length > uint64(len(p.rest)-from) {
		return p.torn()
	}
	to := from + int(length)
	return int(n), p.rest[from:to:to], p.rest[to:]
}

func (p *packing) torn() (number int, content, behind []byte) {
	p.failed = errPacked
	return 0, nil, nil
}

// find reads up to a field.
func (p *packing) find(number int) (content []byte, found bool) {
	for len(p.rest) > 0 && p.failed == nil {
		n, content, behind := p.next()
		if n > number {
			return nil, false
		}
		if p.rest = behind; n == number && p.failed == nil {
			return content, true
		}
	}
	return nil, false
}

func put[T ~string | ~[]byte](p *packing, number int, content T) {
	p.out = binary.AppendUvarint(p.out, uint64(number)) //nolint:gosec // numbers are those in this package
	p.out = binary.AppendUvarint(p.out, uint64(len(content)))
	p.out = append(p.out, content...)
}

// packText is a field of any bytes.
func packText[T ~string | ~[]byte](p *packing, number int, v *T) {
	if !p.reads {
		if len(*v) > 0 {
			put(p, number, *v)
		}
	} else if content, found := p.find(number); found {
		*v = T(content)
	}
}

// packWhole is a field of a whole number.
func packWhole[T ~int | ~int64 | ~uint8 | ~uint16](p *packing, number int, v *T) {
	if !p.reads {
		if *v != 0 {
			put(p, number, binary.AppendVarint(make([]byte, 0, binary.MaxVarintLen64), int64(*v)))
		}
		return
	}
	content, found := p.find(number)
	if !found {
		return
	}
	n, length := binary.Varint(content)
	if *v = T(n); length != len(content) || int64(*v) != n {
		p.failed = errPacked
	}
}

func packFlag(p *packing, number int, v *bool) {
	var n uint8
	if *v {
		n = 1
	}
	packWhole(p, number, &n)
	*v = n == 1
}

// packPart is a field of a value that may be missing.
func packPart[T any](p *packing, number int, v **T, fields func(v *T, p *packing)) {
	if !p.reads {
		if *v != nil {
			var part packing
			fields(*v, &part)
			put(p, number, part.out)
			p.failed = errors.Join(p.failed, part.failed)
		}
	} else if content, found := p.find(number); found {
		if *v == nil {
			*v = new(T)
		}
		p.within(content, func(part *packing) { fields(*v, part) })
	}
}

// packEach is a field of any number of values.
func packEach[T any](p *packing, number int, list *[]T, fields func(v *T, p *packing)) {
	const item = 1
	if !p.reads {
		var all packing
		for i := range *list {
			one := &(*list)[i]
			packPart(&all, item, &one, fields)
		}
		if len(*list) > 0 {
			put(p, number, all.out)
		}
		return
	}
	content, _ := p.find(number)
	for all := (packing{reads: true, rest: content}); len(all.rest) > 0 && p.failed == nil; p.failed = all.failed {
		var one *T
		if packPart(&all, item, &one, fields); one != nil && all.failed == nil {
			*list = append(*list, *one)
		} else if all.failed == nil {
			all.failed = errPacked
		}
	}
}

// packTexts is a field of any number of texts.
func packTexts[T ~string](p *packing, number int, list *[]T) {
	const item = 1
	if !p.reads {
		var all packing
		for _, text := range *list {
			put(&all, item, text)
		}
		if len(*list) > 0 {
			put(p, number, all.out)
		}
		return
	}
	content, _ := p.find(number)
	for all := (packing{reads: true, rest: content}); len(all.rest) > 0 && p.failed == nil; p.failed = all.failed {
		if text, found := all.find(item); found {
			*list = append(*list, T(text))
		} else if all.failed == nil {
			all.failed = errPacked
		}
	}
}

func (p *packing) within(content []byte, fields func(p *packing)) {
	part := packing{reads: true, rest: content}
	part.finish(fields)
	if part.failed != nil {
		p.failed = part.failed
	}
}

// packJSON is a field of a value that is rare, in JSON; missing where there is none.
func packJSON[T any](p *packing, number int, v *T, missing bool) {
	if !p.reads {
		if missing {
			return
		}
		content, err := json.Marshal(v)
		if err != nil {
			p.failed = err
		}
		put(p, number, content)
	} else if content, found := p.find(number); found && json.Unmarshal(content, v) != nil { // whose error would quote it
		p.failed = errPacked
	}
}
