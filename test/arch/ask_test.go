package arch

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// root is where the module lies, seen from this folder.
const root = "../.."

// ask gives the packages of the module with what their own code imports; tests may import what they like.
func ask(t *testing.T) map[string][]string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "go", "list", "-e", "-json=ImportPath,Imports", "./...")
	command.Dir = root
	var problems bytes.Buffer
	command.Stderr = &problems
	answer, err := command.Output()
	if err != nil {
		t.Fatalf("go list: %v: %s", err, problems.String())
	}
	all := map[string][]string{}
	for d := json.NewDecoder(bytes.NewReader(answer)); ; {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all[strings.TrimPrefix(p.ImportPath, module+"/")] = append([]string{}, p.Imports...)
	}
}

// sources gives the Go files of the module, tests left out, with their paths from its root.
func sources(t *testing.T) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	tree := os.DirFS(root)
	err := filepath.WalkDir(root, func(name string, entry os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		relative = filepath.ToSlash(relative)
		switch {
		case entry.IsDir() && (entry.Name() == "testdata" || entry.Name() == "tools" || strings.HasPrefix(entry.Name(), ".") && relative != "."):
			return filepath.SkipDir
		case entry.IsDir() || !strings.HasSuffix(relative, ".go") || strings.HasSuffix(relative, "_test.go"):
			return nil
		}
		file, err := tree.Open(relative)
		if err != nil {
			return err
		}
		defer func() { _ = file.Close() }()
		files[relative], err = io.ReadAll(file)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 20 {
		t.Fatalf("only %d files found", len(files))
	}
	return files
}
