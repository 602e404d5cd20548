package vault

import (
	"context"
	"io/fs"
	"os"
	"time"
)

// lookEvery is how often Watch looks at the file. Rotation counts on every process knowing a new key soon after
// it was added.
const lookEvery = time.Second

// noticed is how long after a change every process is taken to have seen it: two looks, and time for a busy machine.
const noticed = 3 * lookEvery

// Settle waits until every process that watches the keyring has had the time to see its last change.
func (v *Vault) Settle(ctx context.Context) error {
	info, err := os.Stat(v.path)
	if err != nil {
		return err
	}
	age := v.options.Clock.Now().Sub(info.ModTime())
	timer := time.NewTimer(min(max(noticed-age, 0), noticed)) // whatever the clocks say
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Watch reads the keyring again whenever its file changes, until ctx ends. A file that is missing or broken
// leaves the keys as they were. report is called with the error each time the trouble is a new one, and with nil
// each time a changed file was taken into use; it must not block.
func (v *Vault) Watch(ctx context.Context, report func(error)) {
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	trouble := ""
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		changed, err := v.look()
		switch {
		case err != nil && err.Error() != trouble:
			trouble = err.Error()
			report(err)
		case err == nil && changed:
			trouble = ""
			report(nil)
		}
	}
}

// look reads the file if it is another one than the ring was read from, or if it could not be read last time.
func (v *Vault) look() (changed bool, err error) {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	if info, err := os.Stat(v.path); err == nil && v.seen != nil && same(info, v.seen) {
		return false, nil
	}
	_, err = v.load()
	return err == nil, err
}

// same holds for two looks at one file that nobody has written in between, as far as the file system tells.
func same(a, b fs.FileInfo) bool {
	return os.SameFile(a, b) && a.Size() == b.Size() && a.ModTime().Equal(b.ModTime()) && a.Mode() == b.Mode()
}
