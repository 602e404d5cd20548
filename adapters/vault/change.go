package vault

import (
	"errors"
	"path/filepath"
	"slices"

	"github.com/eidgate/eidgate/ports/outbound"
)

// Add makes a key that can be read with from now on, and seals nothing until it is activated.
func (v *Vault) Add() (id string, err error) {
	err = v.change(func(d *document) error {
		id = d.add(v.options.Clock.Now())
		return nil
	})
	if err != nil {
		return "", err
	}
	return id, nil
}

// Activate makes the key the one that seals; the one that did so far only opens from now on. It fails with
// [outbound.ErrNoKey].
func (v *Vault) Activate(id string) error {
	return v.change(func(d *document) error {
		at := d.find(id)
		if at < 0 {
			return outbound.ErrNoKey
		}
		for i := range d.Keys {
			d.Keys[i].Active = i == at
		}
		return nil
	})
}

// Remove forgets a key for good: what was sealed with it is lost. It fails with [outbound.ErrNoKey], and with
// [outbound.ErrKeyNeeded] for the active one. Whether something stored needs the key is for the caller to ask.
func (v *Vault) Remove(id string) error {
	return v.change(func(d *document) error {
		switch at := d.find(id); {
		case at < 0:
			return outbound.ErrNoKey
		case d.Keys[at].Active:
			return outbound.ErrKeyNeeded
		default:
			d.Keys = slices.Delete(d.Keys, at, at+1)
			return nil
		}
	})
}

// change rewrites the keyring and takes the new keys into use. It starts from the file and not from memory, under
// a lock that all processes share, so that no change undoes another's.
func (v *Vault) change(edit func(*document) error) (err error) {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	// A link may lead to the file; it is the file that is replaced, not the link.
	path, err := filepath.EvalSymlinks(v.path)
	if err != nil {
		return err
	}
	unlock, err := lock(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()

	d, err := v.load()
	if err != nil {
		return err
	}
	if err := edit(&d); err != nil {
		return err
	}
	content, err := d.encode()
	if err != nil {
		return err
	}
	if err := replace(path, content); err != nil {
		return err
	}
	_, err = v.load()
	return err
}
