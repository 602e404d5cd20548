//go:build !unix

package vault

// lock does nothing here: on these systems one process at a time changes the keyring, or the second is told that
// its new file exists already.
func lock(string) (unlock func() error, err error) {
	return func() error { return nil }, nil
}

// giveTo does nothing here: a new file inherits its rights from the directory.
func giveTo(string, string) error { return nil }

// syncDir does nothing here: directories are no files.
func syncDir(string) error { return nil }
