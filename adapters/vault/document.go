package vault

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tink-crypto/tink-go/v2/subtle/random"
)

// format is the version of the keyring that this package reads and writes.
const format = 1

// ErrMalformed: the keyring is no keyring of a known format. What wraps it says why, and quotes nothing from it.
var ErrMalformed = errors.New("no usable keyring")

// document is the keyring as a file holds it, checked.
type document struct {
	Format int     `json:"format"`
	Root   written `json:"root"`
	Keys   []entry `json:"keys"` // oldest first
}

// entry is one key of it.
type entry struct {
	ID          string    `json:"id"`
	Created     time.Time `json:"created"`
	Active      bool      `json:"active"`
	Sealing     written   `json:"sealing"`
	Fingerprint written   `json:"fingerprint"`
}

// newDocument is a keyring with one key, which is active.
func newDocument(now time.Time) document {
	d := document{Format: format, Root: written{newSecret()}}
	d.add(now)
	d.Keys[0].Active = true
	return d
}

// add appends a key that is not active.
func (d *document) add(now time.Time) (id string) {
	last := 0
	for _, k := range d.Keys {
		last = max(last, k.ordinal())
	}
	id = fmt.Sprintf("k%d-%x", last+1, random.GetRandomBytes(4))
	d.Keys = append(d.Keys, entry{
		ID: id, Created: now.UTC().Truncate(time.Second), Sealing: written{newSecret()}, Fingerprint: written{newSecret()},
	})
	return id
}

// find is the index of a key, -1 if there is none.
func (d *document) find(id string) int {
	return slices.IndexFunc(d.Keys, func(e entry) bool { return e.ID == id })
}

// idPattern leaves out everything that would need care in a shell, a log, a column or a sealed value.
var idPattern = regexp.MustCompile(`^k([1-9][0-9]{0,8})-[0-9a-z]{1,32}$`)

// ordinal is how many keys were made before this one, and itself.
func (e entry) ordinal() int {
	n, _ := strconv.Atoi(idPattern.FindStringSubmatch(e.ID)[1]) // the pattern has matched, and fits an int
	return n
}

// parse reads a keyring. It fails with ErrMalformed.
func parse(data []byte) (document, error) {
	// A later format may have members that this one does not know, so the number is looked at on its own.
	var version struct {
		Format int `json:"format"`
	}
	if json.Unmarshal(data, &version) == nil && version.Format != format {
		return document{}, fmt.Errorf("%w: its format is %d, and this release knows %d", ErrMalformed, version.Format, format)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	var doc document
	if err := d.Decode(&doc); err != nil {
		// The decoder's own words may quote the input, so they go no further.
		return document{}, fmt.Errorf("%w: not the JSON that is expected, at byte %d or before", ErrMalformed, d.InputOffset())
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return document{}, fmt.Errorf("%w: something follows its end", ErrMalformed)
	}
	return doc, doc.check()
}

func (d *document) check() error {
	if d.Root.missing() {
		return fmt.Errorf("%w: it has no root", ErrMalformed)
	}
	active := 0
	seen := map[string]bool{}
	for i, k := range d.Keys {
		switch {
		case !idPattern.MatchString(k.ID):
			return fmt.Errorf("%w: the id of key %d is not like k1-5b0f2a9c", ErrMalformed, i+1)
		case seen[k.ID]:
			return fmt.Errorf("%w: key %d has the id of another", ErrMalformed, i+1)
		case k.Sealing.missing(), k.Fingerprint.missing():
			return fmt.Errorf("%w: key %d lacks a secret", ErrMalformed, i+1)
		}
		seen[k.ID] = true
		if k.Active {
			active++
		}
	}
	if active != 1 {
		return fmt.Errorf("%w: %d of its %d keys are active, and it takes exactly one", ErrMalformed, active, len(d.Keys))
	}
	return nil
}

// encode is the text of the keyring.
func (d *document) encode() ([]byte, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetIndent("", "  ")
	if err := e.Encode(d); err != nil {
		return nil, fmt.Errorf("keyring: %w", err)
	}
	return []byte(b.String()), nil
}
