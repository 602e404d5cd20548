package pdf_test

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"image"
	"image/png"
	"io"
	"testing"

	"github.com/eidgate/eidgate/adapters/pdf"
)

// TestRowsComeBackAsAnotherProgramHasFilteredThem takes its rows from a PNG image, for which they were invented.
func TestRowsComeBackAsAnotherProgramHasFilteredThem(t *testing.T) {
	const width, height = 61, 90
	picture := image.NewNRGBA(image.Rect(0, 0, width, height))
	for i := range picture.Pix { // shades, steps and noise, so that each filter is the best one somewhere
		x, y := i/4%width, i/4/width
		switch y / 15 {
		case 0:
			picture.Pix[i] = byte(x * 3)
		case 1:
			picture.Pix[i] = byte(y*5 + x*x*31>>3)
		case 2:
			if x > 0 {
				picture.Pix[i] = byte((int(picture.Pix[i-4]) + int(picture.Pix[i-4*width])) / 2)
			} else {
				picture.Pix[i] = byte(y * 7919 >> 3)
			}
		case 3:
			picture.Pix[i] = byte(i * i >> 3 * 2654435761 >> 7)
		case 4:
			picture.Pix[i] = byte(x/9*40 + y/4*30)
		default:
			picture.Pix[i] = byte((x + y) * 2)
		}
	}
	var file bytes.Buffer
	if err := png.Encode(&file, picture); err != nil {
		t.Fatal(err)
	}
	rows := filtered(t, file.Bytes())
	seen := map[byte]bool{}
	for at := 0; at < len(rows); at += 4*width + 1 {
		seen[rows[at]] = true
	}
	for filter := byte(1); filter <= 4; filter++ {
		if !seen[filter] {
			t.Errorf("no row has filter %d", filter)
		}
	}
	clear, err := pdf.Unpredict(rows, 4, width)
	if err != nil || !bytes.Equal(clear, picture.Pix) {
		t.Error("other rows come back", err)
	}
}

// filtered gives the rows of an image as they stand in its file, unpacked.
func filtered(t *testing.T, file []byte) []byte {
	t.Helper()
	var packed []byte
	for at := 8; at < len(file); {
		length := int(binary.BigEndian.Uint32(file[at:]))
		if string(file[at+4:at+8]) == "IDAT" {
			packed = append(packed, file[at+8:at+8+length]...)
		}
		at += 12 + length
	}
	r, err := zlib.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}
