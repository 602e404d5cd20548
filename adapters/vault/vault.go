package vault

import (
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/eidgate/eidgate/ports/outbound"
)

var (
	_ outbound.Sealer       = (*Vault)(nil)
	_ outbound.Fingerprints = (*Vault)(nil)
	_ outbound.Keyring      = (*Vault)(nil)
)

// Options is how a keyring is opened.
type Options struct {
	// StrictRights refuses a keyring that others than its owner may read or write, with ErrRights.
	StrictRights bool
	// Clock dates new keys.
	Clock outbound.Clock
}

// Vault works with the keys of one keyring. It is safe for use by many at once, while the keyring changes.
type Vault struct {
	path    string
	options Options
	ring    atomic.Pointer[ring]

	mutex sync.Mutex  // guards seen, and keeps an older ring from replacing a newer one
	seen  fs.FileInfo // the file that the ring was read from; nil makes the next look read it
}

// Create makes a keyring with one key. The file is its owner's alone, and so is the directory if it has to be
// made. Of several that create the same keyring at once one succeeds; the others fail with [fs.ErrExist], as they
// do when there has been one all along.
func Create(path string, now time.Time) (err error) {
	if err := os.MkdirAll(filepath.Dir(path), ownerOnlyDir); err != nil {
		return fmt.Errorf("keyring: %w", err)
	}
	unlock, err := lock(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	switch _, err := os.Lstat(path); {
	case err == nil:
		return fmt.Errorf("keyring %s: %w", path, fs.ErrExist)
	case !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("keyring: %w", err)
	}
	d := newDocument(now)
	content, err := d.encode()
	if err != nil {
		return err
	}
	return replace(path, content)
}

// Open reads a keyring. It fails with [fs.ErrNotExist], [ErrMalformed] or [ErrRights].
func Open(path string, options Options) (*Vault, error) {
	v := &Vault{path: path, options: options}
	if err := v.Reload(); err != nil {
		return nil, err
	}
	return v, nil
}

// Reload reads the keyring again, whether or not it has changed. If that fails, the keys stay as they were.
func (v *Vault) Reload() error {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	_, err := v.load()
	return err
}

// load reads the file and takes its keys into use. The caller holds the mutex.
func (v *Vault) load() (document, error) {
	v.seen = nil
	data, info, err := read(v.path, v.options.StrictRights)
	if err != nil {
		return document{}, err
	}
	d, err := parse(data)
	if err != nil {
		return document{}, fmt.Errorf("keyring %s: %w", v.path, err)
	}
	r, err := newRing(d)
	if err != nil {
		return document{}, err
	}
	v.ring.Store(r)
	v.seen = info
	return d, nil
}

// Newest is the id of the key that seals now.
func (v *Vault) Newest() string { return v.ring.Load().active.id }

// Keys lists all keys, oldest first.
func (v *Vault) Keys() []outbound.Key { return slices.Clone(v.ring.Load().keys) }

// KnownIDs lists the ids of the keys that this process can open with, oldest first. Before a key is activated,
// every process should list it.
func (v *Vault) KnownIDs() []string {
	keys := v.ring.Load().keys
	ids := make([]string, len(keys))
	for i, k := range keys {
		ids[i] = k.ID
	}
	return ids
}

// Derive is a secret of 32 bytes for one purpose, the same in every process with this keyring and for its whole
// life, whichever keys come and go: HKDF with SHA-256 (RFC 5869). From one purpose's secret nothing can be
// learned about another's.
func (v *Vault) Derive(purpose string) []byte {
	derived, err := hkdf.Key(sha256.New, v.ring.Load().root.reveal(), nil, "eidgate/derive/1/"+purpose, secretSize)
	if err != nil {
		panic("vault: " + err.Error()) // only a longer secret than SHA-256 has room for
	}
	return derived
}
