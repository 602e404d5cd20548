package pdf

import (
	"bytes"
	"compress/zlib"
	"context"
	"errors"
	"io"
)

// payload reads the data of a stream whose dictionary has just been read, and unpacks it.
func (s *scanner) payload(dict value, length int) ([]byte, error) {
	if begins, err := s.keyword("stream"); err != nil || !begins {
		return nil, errors.Join(errStream, err)
	}
	switch { // the line ends with a line feed, with or without a carriage return before it
	case bytes.HasPrefix(s.data[s.at:], []byte("\r\n")):
		s.at += 2
	case bytes.HasPrefix(s.data[s.at:], []byte("\n")):
		s.at++
	default:
		return nil, errStream
	}
	if length < 0 || length > len(s.data)-s.at {
		return nil, errStream
	}
	data := s.data[s.at : s.at+length]
	s.at += length
	if ends, err := s.keyword("endstream"); err != nil || !ends {
		return nil, errors.Join(errStream, err)
	}
	filter, parameters := dict.get("Filter"), dict.get("DecodeParms")
	if filter.kind == array {
		if len(filter.items) > 1 || parameters.kind == array && len(parameters.items) > 1 {
			return nil, errStream
		}
		filter = append(filter.items, value{})[0]
		if parameters.kind == array {
			parameters = append(parameters.items, value{})[0]
		}
	}
	switch {
	case dict.get("F").kind != null || parameters.kind != null && parameters.kind != dictionary:
		return nil, errStream // its data is in another file
	case filter.kind == null:
		return s.account(bytes.NewReader(data))
	case !filter.is("FlateDecode"):
		return nil, errStream
	}
	unpacker, err := zlib.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, errors.Join(errStream, err)
	}
	clear, err := s.account(unpacker)
	if err != nil {
		return nil, err
	}
	return unpredict(clear, parameters)
}

// account reads what the budget allows, and no more.
func (s *scanner) account(r io.Reader) ([]byte, error) {
	clear, err := io.ReadAll(io.LimitReader(r, int64(s.unpacked)+1))
	if s.unpacked -= len(clear); s.unpacked < 0 {
		return nil, errTooComplex
	}
	if err != nil {
		return nil, errors.Join(errStream, err)
	}
	return clear, nil
}

// unpredict undoes what was done to the rows before they were packed (ISO 32000-1, section 7.4.4.4; PNG section 9).
func unpredict(data []byte, parameters value) ([]byte, error) {
	predictor, err := parameter(parameters, "Predictor", 1, 15)
	if err != nil || predictor == 1 {
		return data, err
	}
	colors, err1 := parameter(parameters, "Colors", 1, 32)
	bits, err2 := parameter(parameters, "BitsPerComponent", 8, 16)
	columns, err3 := parameter(parameters, "Columns", 1, 1<<20)
	if err := errors.Join(err1, err2, err3); err != nil || predictor < 10 {
		return nil, errStream
	}
	pixel, width := (colors*bits+7)/8, (colors*bits*columns+7)/8
	if len(data)%(width+1) != 0 {
		return nil, errStream
	}
	out := make([]byte, 0, len(data))
	above := make([]byte, width)
	for ; len(data) > 0; data = data[width+1:] {
		row := data[1 : width+1]
		if !unfilter(data[0], row, above, pixel) {
			return nil, errStream
		}
		out = append(out, row...)
		above = row
	}
	return out, nil
}

// unfilter undoes one row in place.
func unfilter(filter byte, row, above []byte, pixel int) bool {
	if filter > 4 {
		return false
	}
	for i := range row {
		var left, corner byte
		if i >= pixel {
			left, corner = row[i-pixel], above[i-pixel]
		}
		switch filter {
		case 1:
			row[i] += left
		case 2:
			row[i] += above[i]
		case 3:
			row[i] += byte((int(left) + int(above[i])) / 2)
		case 4:
			row[i] += paeth(int(left), int(above[i]), int(corner))
		}
	}
	return true
}

func paeth(left, above, corner int) byte {
	p := left + above - corner
	distance := func(n int) int { return max(p-n, n-p) }
	switch l, a, c := distance(left), distance(above), distance(corner); {
	case l <= a && l <= c:
		return byte(left)
	case a <= c:
		return byte(above)
	}
	return byte(corner)
}

func parameter(parameters value, key string, otherwise, most int) (int, error) {
	v := parameters.get(key)
	if v.kind == null {
		return otherwise, nil
	}
	n, known := v.integer()
	if !known || n < 1 || n > most {
		return 0, errStream
	}
	return n, nil
}

// packed is an object stream: several objects in one stream (ISO 32000-1, section 7.5.7).
type packed struct {
	data    []byte
	numbers []int
	offsets []int
}

// unpack reads an object that is in an object stream.
func (d *document) unpack(ctx context.Context, n int, e entry) (value, error) {
	p, err := d.objects(ctx, e.stream)
	if err != nil {
		return value{}, err
	}
	if e.offset >= len(p.numbers) || p.numbers[e.offset] != n {
		return value{}, errObject
	}
	s := scanner{data: p.data, at: p.offsets[e.offset], budget: d.budget}
	return s.value(0)
}

// objects reads an object stream, once.
func (d *document) objects(ctx context.Context, n int) (*packed, error) {
	if p, known := d.packed[n]; known {
		return p, nil
	}
	e, known := d.entries[n]
	if !known || e.free || e.stream != 0 || d.loading[n] {
		return nil, errStream
	}
	d.loading[n] = true // its length may be an object, which must not be in the stream itself
	defer delete(d.loading, n)
	s := d.scan(e.offset)
	if err := s.begin(ref{n, e.generation}); err != nil {
		return nil, err
	}
	dict, err := s.value(0)
	if err != nil {
		return nil, err
	}
	length, err := d.find(ctx, dict.get("Length"))
	if err != nil {
		return nil, err
	}
	bytesLong, known := length.integer()
	if !known || !dict.get("Type").is("ObjStm") {
		return nil, errStream
	}
	data, err := s.payload(dict, bytesLong)
	if err != nil {
		return nil, err
	}
	p, err := d.indexed(dict, data)
	if err != nil {
		return nil, err
	}
	d.packed[n] = p
	return p, nil
}

func (d *document) indexed(dict value, data []byte) (*packed, error) {
	count, known := dict.get("N").integer()
	if !known || count < 0 || count > mostEntries {
		return nil, errStream
	}
	first, known := dict.get("First").integer()
	if !known || first < 0 || first > len(data) {
		return nil, errStream
	}
	p := &packed{data: data}
	s := scanner{data: data[:first], budget: d.budget}
	for range count {
		n, err := s.natural(mostNumber)
		if err != nil {
			return nil, errors.Join(errStream, err)
		}
		offset, err := s.natural(len(data) - first)
		if err != nil {
			return nil, errors.Join(errStream, err)
		}
		p.numbers, p.offsets = append(p.numbers, n), append(p.offsets, first+offset)
	}
	return p, nil
}
