package browser_test

import (
	"bytes"
	"cmp"
	"image"
	"image/color"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestPicturesOfThePages makes the pictures of the README: in the folder that it is told, else to see that they can be made.
func TestPicturesOfThePages(t *testing.T) {
	dir := os.Getenv("EIDGATE_README_PICTURES")
	if dir == "" {
		dir = t.TempDir()
		t.Setenv("EIDGATE_README_PICTURES", dir)
	}
	drive(t, "pictures.mjs")
	for _, name := range []string{"choice", "code", "done"} {
		file := filepath.Join(dir, name+".png")
		taken, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		small := fewerColours(t, taken)
		if len(small) > 60<<10 {
			t.Errorf("%s takes %d bytes", name, len(small))
		}
		if err := os.WriteFile(file, small, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// fewerColours is the picture in the colours that it has most of, which are all that anybody sees.
func fewerColours(t *testing.T, taken []byte) []byte {
	t.Helper()
	full, err := png.Decode(bytes.NewReader(taken))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[color.Color]int{}
	for y := full.Bounds().Min.Y; y < full.Bounds().Max.Y; y++ {
		for x := full.Bounds().Min.X; x < full.Bounds().Max.X; x++ {
			seen[full.At(x, y)]++
		}
	}
	most := slices.SortedFunc(maps.Keys(seen), func(a, b color.Color) int { return cmp.Compare(seen[b], seen[a]) })
	few := image.NewPaletted(full.Bounds(), color.Palette(most[:min(len(most), 64)]))
	for y := full.Bounds().Min.Y; y < full.Bounds().Max.Y; y++ {
		for x := full.Bounds().Min.X; x < full.Bounds().Max.X; x++ {
			few.Set(x, y, full.At(x, y))
		}
	}
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, few); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
