// Package migrations holds the schema of the database, once for each dialect: files of the same names and numbers
// in the folders postgres and sqlite, applied in order and never changed once released. A change of the schema is
// two releases, the first adds and the second removes, so that two versions can serve side by side.
package migrations

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

//go:embed postgres/*.sql sqlite/*.sql
var files embed.FS

// Migration is one step of the schema.
type Migration struct {
	Version int64
	Name    string // the file's name
}

// Files are the steps of one dialect, "postgres" or "sqlite", as a file system without folders.
func Files(dialect string) (fs.FS, error) {
	steps, err := fs.Sub(files, dialect)
	if err != nil {
		return nil, fmt.Errorf("migrations: %w", err)
	}
	return steps, nil
}

// List gives the steps of one dialect, lowest version first.
func List(dialect string) ([]Migration, error) {
	entries, err := fs.ReadDir(files, dialect)
	if err != nil {
		return nil, fmt.Errorf("migrations: %w", err)
	}
	steps := make([]Migration, 0, len(entries))
	for _, e := range entries {
		number, _, _ := strings.Cut(path.Base(e.Name()), "_")
		version, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("migrations: the name %s does not start with a number", e.Name())
		}
		steps = append(steps, Migration{Version: version, Name: e.Name()})
	}
	slices.SortFunc(steps, func(a, b Migration) int { return int(a.Version - b.Version) })
	return steps, nil
}
