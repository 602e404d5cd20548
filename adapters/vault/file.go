package vault

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// ErrRights: others than its owner may read or write the keyring.
var ErrRights = errors.New("the keyring is open to others than its owner")

const (
	ownerOnly    fs.FileMode = 0o600
	ownerOnlyDir fs.FileMode = 0o700

	// tooLong is more than any keyring needs, and little enough to read whatever the path points to.
	tooLong = 1 << 20
)

// read gives the content of the file and what the file was like at that moment.
func read(path string, strict bool) ([]byte, fs.FileInfo, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, fmt.Errorf("keyring: %w", err)
	}
	defer func() { _ = f.Close() }() // nothing was written
	info, err := f.Stat()
	if err != nil {
		return nil, nil, fmt.Errorf("keyring: %w", err)
	}
	if loose := info.Mode().Perm() &^ ownerOnlyDir; strict && loose != 0 {
		return nil, nil, fmt.Errorf("keyring %s: %w: its mode is %04o, make it 0600", path, ErrRights, info.Mode().Perm())
	}
	data, err := io.ReadAll(io.LimitReader(f, tooLong))
	if err != nil {
		return nil, nil, fmt.Errorf("keyring: %w", err)
	}
	return data, info, nil
}

// replace puts a new content in the file's place: readers see the old one or the new one whole, and once replace
// has returned, so does who reads after a power cut. The caller holds the lock.
func replace(path string, content []byte) error {
	next := path + ".new"
	// What a killed process left behind goes first: it may have other rights than ours will.
	if err := os.Remove(next); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("keyring: %w", err)
	}
	if err := writeNew(next, content, path); err != nil {
		return errors.Join(fmt.Errorf("keyring: %w", err), os.Remove(next))
	}
	if err := os.Rename(next, path); err != nil {
		return errors.Join(fmt.Errorf("keyring: %w", err), os.Remove(next))
	}
	return syncDir(filepath.Dir(path))
}

// writeNew makes a file that is on the disk when it returns, and belongs to whom the file at like belongs, if there
// is one: who changes the keyring does not lock the gateway out.
func writeNew(path string, content []byte, like string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, ownerOnly)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Sync(), f.Close(), giveTo(like, path))
}
