package eid_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/domain/eid"
)

func TestADocumentIsCalledWhatPeopleCanRead(t *testing.T) {
	for given, want := range map[string]string{
		"avtal.pdf": "avtal.pdf", "Köpekontrakt 2.pdf": "Köpekontrakt 2.pdf", `C:\Users\me\avtal.pdf`: "avtal.pdf",
		"../../etc/avtal.pdf": "avtal.pdf", "": "document.pdf", "..": "document.pdf", "a/": "document.pdf",
		"a\r\nb.pdf": "ab.pdf", "a\u202Efdp.exe": "afdp.exe", "\xFF.pdf": ".pdf", strings.Repeat("ö", 300): strings.Repeat("ö", 200),
	} {
		d, err := eid.NewDocument("1", given, nil)
		if err != nil || d.Name != want {
			t.Errorf("%q is called %q, not %q: %v", given, d.Name, want, err)
		}
	}
}

func TestADocumentHasItsHashAndALimit(t *testing.T) {
	d, err := eid.NewDocument("1", "a.pdf", []byte("abc"))
	if err != nil || d.Hash != "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" {
		t.Error(d.Hash, err)
	}
	if _, err := eid.NewDocument("1", "a.pdf", make([]byte, eid.MostDocument)); err != nil {
		t.Error(err)
	}
	if _, err := eid.NewDocument("1", "a.pdf", make([]byte, eid.MostDocument+1)); !errors.Is(err, eid.ErrTooLarge) {
		t.Error(err)
	}
}
