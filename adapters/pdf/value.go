package pdf

import (
	"bytes"
	"strconv"
)

// kind is what sort of object a value is (ISO 32000-1, section 7.3).
type kind uint8

const (
	null kind = iota
	boolean
	number
	text // a string, literal or in hexadecimal
	name
	array
	dictionary
	reference
)

// value is an object as it stands in the file. Scalars keep their spelling, so that what is written again is what was
// read. The zero value is null.
type value struct {
	kind  kind
	raw   []byte // the spelling of a scalar; of a name without its slash
	items []value
	pairs []pair
	ref   ref
}

// pair is an entry of a dictionary.
type pair struct {
	key   string // decoded
	raw   []byte // as spelled, without the slash
	value value
}

// ref names an indirect object.
type ref struct{ number, generation int }

// get gives the entry with the key, null if there is none.
func (v value) get(key string) value {
	for _, p := range v.pairs {
		if p.key == key {
			return p.value
		}
	}
	return value{}
}

// with gives a dictionary that has the entry, replaced or at the end. The receiver stays as it is.
func (v value) with(key string, entry value) value {
	changed := value{kind: dictionary, pairs: make([]pair, 0, len(v.pairs)+1)}
	found := false
	for _, p := range v.pairs {
		if p.key == key {
			p.value, found = entry, true
		}
		changed.pairs = append(changed.pairs, p)
	}
	if !found {
		changed.pairs = append(changed.pairs, pair{key: key, raw: []byte(key), value: entry})
	}
	return changed
}

// without gives a dictionary that lacks the entries. The receiver stays as it is.
func (v value) without(keys ...string) value {
	changed := value{kind: dictionary}
next:
	for _, p := range v.pairs {
		for _, k := range keys {
			if p.key == k {
				continue next
			}
		}
		changed.pairs = append(changed.pairs, p)
	}
	return changed
}

// and gives an array with one more item. The receiver stays as it is.
func (v value) and(item value) value {
	items := make([]value, 0, len(v.items)+1)
	return value{kind: array, items: append(append(items, v.items...), item)}
}

// integer gives a number without fraction that fits an int.
func (v value) integer() (int, bool) {
	if v.kind != number {
		return 0, false
	}
	n, err := strconv.Atoi(string(v.raw))
	return n, err == nil
}

// is holds for the name.
func (v value) is(n string) bool { return v.kind == name && string(decodeName(v.raw)) == n }

func integerOf(n int) value   { return value{kind: number, raw: strconv.AppendInt(nil, int64(n), 10)} }
func referenceTo(r ref) value { return value{kind: reference, ref: r} }
func nameOf(n string) value   { return value{kind: name, raw: []byte(n)} }

// write spells the value.
func (v value) write(b *bytes.Buffer) {
	switch v.kind {
	case null:
		b.WriteString("null")
	case boolean, number, text:
		b.Write(v.raw)
	case name:
		b.WriteByte('/')
		b.Write(v.raw)
	case reference:
		v.ref.write(b)
		b.WriteString(" R")
	case array:
		b.WriteByte('[')
		for i, item := range v.items {
			if i > 0 {
				b.WriteByte(' ')
			}
			item.write(b)
		}
		b.WriteByte(']')
	case dictionary:
		b.WriteString("<<")
		for _, p := range v.pairs {
			b.WriteByte('/')
			b.Write(p.raw)
			b.WriteByte(' ')
			p.value.write(b)
		}
		b.WriteString(">>")
	}
}

func (r ref) write(b *bytes.Buffer) {
	b.WriteString(strconv.Itoa(r.number))
	b.WriteByte(' ')
	b.WriteString(strconv.Itoa(r.generation))
}

// decodeName resolves the #xx of a name.
func decodeName(raw []byte) []byte {
	if bytes.IndexByte(raw, '#') < 0 {
		return raw
	}
	decoded := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		if raw[i] == '#' && i+2 < len(raw) {
			if b, err := strconv.ParseUint(string(raw[i+1:i+3]), 16, 8); err == nil {
				decoded = append(decoded, byte(b))
				i += 2
				continue
			}
		}
		decoded = append(decoded, raw[i])
	}
	return decoded
}
