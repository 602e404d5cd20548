// Package node lets tests run programs of theirs in Node, with npm packages that somebody has installed for them outside of
// the repository. They are opt-in: a setting of the environment names the folder.
package node

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// Prepare gives a folder with the programs of the test's own folder and the packages that a setting names, which
// installer puts there. Without the setting the test is skipped, and fails where CI is set.
func Prepare(t testing.TB, setting, installer string, programs ...string) (folder string) {
	t.Helper()
	dir := os.Getenv(setting)
	if dir == "" {
		hint := setting + " is not set: run " + installer + " DIR and set it to DIR"
		if os.Getenv("CI") != "" {
			t.Fatal(hint)
		}
		t.Skip(hint)
	}
	modules, err := filepath.Abs(filepath.Join(dir, "node_modules"))
	if err != nil {
		t.Fatal(err)
	}
	// Node looks for modules beside the program, and nothing is to be installed in the repository.
	folder = t.TempDir()
	for _, name := range programs {
		text, err := os.ReadFile(name)
		if err := errors.Join(err, os.WriteFile(filepath.Join(folder, name), text, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(modules, filepath.Join(folder, "node_modules")); err != nil {
		t.Fatal(err)
	}
	return folder
}

// Start runs a program of the folder, which ends once its input does: with the test.
func Start(t testing.TB, folder, program string) (in io.Writer, out io.Reader) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "node", program)
	cmd.Dir, cmd.Stderr, cmd.WaitDelay = folder, t.Output(), 5*time.Second
	input, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err = cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("node does not start: %v", err)
	}
	t.Cleanup(func() {
		_ = input.Close()
		_ = cmd.Wait()
	})
	return input, out
}
