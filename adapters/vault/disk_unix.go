//go:build unix

package vault

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// lock waits until no other process, and nobody else in this one, changes the keyring at path. The file it locks
// stays: to remove it would let two hold the lock.
func lock(path string) (unlock func() error, err error) {
	f, err := os.OpenFile(path+".lock", os.O_RDWR|os.O_CREATE, ownerOnly)
	if err != nil {
		return nil, fmt.Errorf("keyring: %w", err)
	}
	_ = giveTo(path, f.Name()) // whoever owns the keyring should be able to change it next time
	for {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX)
		if !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("keyring: lock: %w", err), f.Close())
	}
	return f.Close, nil // closing gives the lock back
}

// giveTo makes path belong to whom the file at like belongs, which only an administrator can if that is somebody
// else. Without a file at like there is nothing to do.
func giveTo(like, path string) error {
	info, err := os.Stat(like)
	if err != nil {
		return nil //nolint:nilerr // as said above
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	if !ok || int(owner.Uid) == os.Geteuid() {
		return nil
	}
	return os.Chown(path, int(owner.Uid), int(owner.Gid))
}

// syncDir makes a rename survive a power cut.
func syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("keyring: %w", err)
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fmt.Errorf("keyring: %w", err)
	}
	return nil
}
