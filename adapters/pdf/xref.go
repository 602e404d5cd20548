package pdf

import (
	"context"
	"errors"
)

// follow reads the cross-reference, the newest section first (ISO 32000-1, section 7.5.4 and following). What a newer
// section says of an object counts.
func (d *document) follow(ctx context.Context, start int) error {
	visited := map[int]bool{}
	for at, first := start, true; ; first = false {
		if err := ctx.Err(); err != nil {
			return err
		}
		s := d.scan(at)
		if err := s.skip(); err != nil {
			return err
		}
		if visited[s.at] || len(visited) >= mostSections {
			return errXref
		}
		visited[s.at] = true
		place := s.at
		isTable, err := s.keyword("xref")
		if err != nil {
			return err
		}
		var trailer value
		if isTable {
			trailer, err = d.table(s)
		} else {
			trailer, err = d.stream(s)
		}
		if err != nil {
			return err
		}
		if first {
			d.trailer, d.newest, d.streams = trailer, place, !isTable
		}
		if trailer.get("Encrypt").kind != null {
			return errEncrypted
		}
		previous := trailer.get("Prev")
		if previous.kind == null {
			return nil
		}
		var known bool
		if at, known = previous.integer(); !known || at < 0 || at >= len(d.content) {
			return errXref
		}
		if at == 0 { // written by who means that there is none
			return nil
		}
	}
}

// enter notes where an object is, unless a newer section has said it.
func (d *document) enter(n int, e entry) error {
	if _, newer := d.entries[n]; newer {
		return nil
	}
	if len(d.entries) >= mostEntries {
		return errTooComplex
	}
	d.entries[n] = e
	return nil
}

// table reads a section that is a table, with its trailer; s is behind "xref".
func (d *document) table(s *scanner) (value, error) {
	var free []int
	for {
		ends, err := s.keyword("trailer")
		if err != nil {
			return value{}, err
		}
		if ends {
			break
		}
		if free, err = d.subsection(s, free); err != nil {
			return value{}, err
		}
	}
	trailer, err := s.value(0)
	if err != nil {
		return value{}, err
	}
	if trailer.kind != dictionary {
		return value{}, errXref
	}
	// In a file for old and new readers alike, what lies in streams is free to the table, and stands in a section of
	// its own that counts before what is free.
	if hidden := trailer.get("XRefStm"); hidden.kind != null {
		at, known := hidden.integer()
		if !known || at <= 0 || at >= len(d.content) {
			return value{}, errXref
		}
		inner, err := d.stream(d.scan(at))
		if err != nil {
			return value{}, err
		}
		if inner.get("Encrypt").kind != null {
			return value{}, errEncrypted
		}
	}
	for _, n := range free {
		if err := d.enter(n, entry{free: true}); err != nil {
			return value{}, err
		}
	}
	return trailer, nil
}

// subsection reads a run of entries: those in use at once, those that are free for later.
func (d *document) subsection(s *scanner, free []int) ([]int, error) {
	first, err := s.natural(mostNumber)
	if err != nil {
		return nil, errors.Join(errXref, err)
	}
	count, err := s.natural(mostNumber + 1 - first)
	if err != nil {
		return nil, errors.Join(errXref, err)
	}
	for n := first; n < first+count; n++ {
		offset, err := s.natural(9_999_999_999)
		if err != nil {
			return nil, errors.Join(errXref, err)
		}
		generation, err := s.natural(mostGeneration)
		if err != nil {
			return nil, errors.Join(errXref, err)
		}
		if err := s.skip(); err != nil {
			return nil, err
		}
		sort, err := s.word()
		switch {
		case err != nil:
			return nil, err
		case string(sort) == "f" || string(sort) == "n" && offset == 0:
			if len(free) >= mostEntries {
				return nil, errTooComplex
			}
			free = append(free, n)
		case string(sort) == "n" && offset < len(d.content):
			if err := d.enter(n, entry{offset: offset, generation: generation}); err != nil {
				return nil, err
			}
		default:
			return nil, errXref
		}
	}
	return free, nil
}

// stream reads a section that is a stream, and gives its dictionary, which is also the trailer.
func (d *document) stream(s *scanner) (value, error) {
	if _, err := s.natural(mostNumber); err != nil {
		return value{}, errors.Join(errXref, err)
	}
	if _, err := s.natural(mostGeneration); err != nil {
		return value{}, errors.Join(errXref, err)
	}
	if begins, err := s.keyword("obj"); err != nil || !begins {
		return value{}, errors.Join(errXref, err)
	}
	dict, err := s.value(0)
	if err != nil {
		return value{}, err
	}
	if !dict.get("Type").is("XRef") {
		return value{}, errXref
	}
	length, known := dict.get("Length").integer() // is no reference: there is nothing yet to find it by
	if !known {
		return value{}, errXref
	}
	data, err := s.payload(dict, length)
	if err != nil {
		return value{}, err
	}
	if err := d.rows(dict, data); err != nil {
		return value{}, err
	}
	return dict, nil
}

// rows reads the entries of a section that is a stream (ISO 32000-1, section 7.5.8.3).
func (d *document) rows(dict value, data []byte) error {
	widths, size, err := widthsOf(dict)
	if err != nil {
		return err
	}
	row := widths[0] + widths[1] + widths[2]
	for i := 0; i < len(size); i += 2 {
		first, count := size[i], size[i+1]
		if count > len(data)/row {
			return errXref
		}
		for n := first; n < first+count; n++ {
			fields := [3]int{1, 0, 0} // without a first field, everything is an object in use
			for f, w := range widths {
				if w > 0 {
					fields[f] = 0
				}
				for _, b := range data[:w] {
					fields[f] = fields[f]<<8 | int(b)
				}
				data = data[w:]
			}
			e, err := d.entryOf(fields)
			if err != nil {
				return err
			}
			if err := d.enter(n, e); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *document) entryOf(fields [3]int) (entry, error) {
	switch fields[0] {
	case 0:
		return entry{free: true}, nil
	case 1:
		if fields[1] < 0 || fields[1] >= len(d.content) || fields[2] < 0 || fields[2] > mostGeneration {
			return entry{}, errXref
		}
		return entry{free: fields[1] == 0, offset: fields[1], generation: fields[2]}, nil
	case 2:
		if fields[1] <= 0 || fields[1] > mostNumber || fields[2] < 0 || fields[2] > mostEntries {
			return entry{}, errXref
		}
		return entry{stream: fields[1], offset: fields[2]}, nil
	}
	return entry{free: true}, nil // an unknown sort refers to null
}

// widthsOf reads how wide the fields are, and which runs of numbers there are: first, count, first, count ...
func widthsOf(dict value) (widths [3]int, runs []int, err error) {
	list := dict.get("W").items
	if len(list) != 3 {
		return widths, nil, errXref
	}
	for i, w := range list {
		n, known := w.integer()
		if !known || n < 0 || n > 8 {
			return widths, nil, errXref
		}
		widths[i] = n
	}
	size, known := dict.get("Size").integer()
	if !known || size < 0 || size > mostNumber+1 || widths[0]+widths[1]+widths[2] == 0 {
		return widths, nil, errXref
	}
	index := dict.get("Index")
	if index.kind == null {
		return widths, []int{0, size}, nil
	}
	if index.kind != array || len(index.items)%2 != 0 {
		return widths, nil, errXref
	}
	for _, item := range index.items {
		n, known := item.integer()
		if !known || n < 0 || n > mostNumber+1 {
			return widths, nil, errXref
		}
		runs = append(runs, n)
	}
	return widths, runs, nil
}
