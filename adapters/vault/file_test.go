package vault_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/adapters/vault"
)

func TestAKeyringIsItsOwnersAloneFromTheFirstByteOn(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0)) // so that only what we ask for protects it
	path := create(t)
	v := open(t, path)
	if _, err := v.Add(); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]fs.FileMode{path: 0o600, path + ".lock": 0o600, filepath.Dir(path): 0o700} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != want {
			t.Errorf("%s has mode %04o, want %04o", filepath.Base(name), info.Mode().Perm(), want)
		}
	}
	files, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(files) != 2 {
		t.Errorf("beside the keyring and its lock there is something: %v, %v", files, err)
	}
}

func TestAKeyringIsMadeOnce(t *testing.T) {
	path := create(t)
	before := content(t, path)
	if err := vault.Create(path, time.Now()); !errors.Is(err, fs.ErrExist) {
		t.Errorf("made again: %v", err)
	}
	if content(t, path) != before {
		t.Error("the keyring was overwritten")
	}

	path = filepath.Join(t.TempDir(), "keys.json")
	var (
		group sync.WaitGroup
		made  = make(chan error, 8)
	)
	for range cap(made) {
		group.Go(func() { made <- vault.Create(path, time.Now()) })
	}
	group.Wait()
	close(made)
	successes := 0
	for err := range made {
		switch {
		case err == nil:
			successes++
		case !errors.Is(err, fs.ErrExist):
			t.Error(err)
		}
	}
	if successes != 1 {
		t.Errorf("of 8 at once, %d made it", successes)
	}
}

func TestLooseRightsAreRefusedWhereTheyAreStrict(t *testing.T) {
	path := create(t)
	for _, mode := range []fs.FileMode{0o604, 0o640, 0o620, 0o602, 0o644, 0o777, 0o610} {
		chmod(t, path, mode)
		if _, err := vault.Open(path, vault.Options{StrictRights: true}); !errors.Is(err, vault.ErrRights) {
			t.Errorf("mode %04o: %v", mode, err)
		}
		if _, err := vault.Open(path, vault.Options{}); err != nil {
			t.Errorf("mode %04o, not strict: %v", mode, err)
		}
	}
	for _, mode := range []fs.FileMode{0o600, 0o400} {
		chmod(t, path, mode)
		if _, err := vault.Open(path, vault.Options{StrictRights: true}); err != nil {
			t.Errorf("mode %04o: %v", mode, err)
		}
	}
}

func TestAChangedKeyringIsAgainItsOwnersAlone(t *testing.T) {
	path := create(t)
	chmod(t, path, 0o644)
	v, err := vault.Open(path, vault.Options{Clock: system.Clock{}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.Add(); err != nil {
		t.Fatal(err)
	}
	open(t, path) // strictly
}

func TestAKeyringBehindALinkStaysThere(t *testing.T) {
	path := create(t)
	link := filepath.Join(t.TempDir(), "link.json")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	if _, err := open(t, link).Add(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Errorf("the link is no link any more: %v, %v", info, err)
	}
	if n := len(open(t, path).Keys()); n != 2 {
		t.Errorf("the file behind it has %d keys", n)
	}
}

// A process that was killed while it wrote leaves half a file beside the keyring, never in its place.
func TestWhatAKilledWriterLeftBehindIsInNobodysWay(t *testing.T) {
	path := create(t)
	if err := os.WriteFile(path+".new", []byte(`{"format": 1, "ro`), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := open(t, path).Add(); err != nil {
		t.Fatal(err)
	}
	if n := len(open(t, path).Keys()); n != 2 {
		t.Errorf("got %d keys", n)
	}
	if _, err := os.Stat(path + ".new"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("it is still there: %v", err)
	}
}

func TestProcessesThatAddKeysAtOnceLoseNone(t *testing.T) {
	path := create(t)
	v := open(t, path)
	var group sync.WaitGroup
	for range 3 {
		group.Go(func() {
			other := exec.CommandContext(t.Context(), os.Args[0])
			other.Env = append(os.Environ(), "EIDGATE_TEST_KEYRING="+path)
			if out, err := other.CombinedOutput(); err != nil {
				t.Errorf("%v: %s", err, out)
			}
		})
	}
	for range 2 {
		group.Go(func() {
			for range 10 {
				if _, err := v.Add(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	ids := open(t, path).KnownIDs()
	if len(ids) != 51 {
		t.Errorf("51 keys were made, %d are there", len(ids))
	}
	if slices.Sort(ids); len(slices.Compact(ids)) != 51 {
		t.Error("some have the same id")
	}
}

func TestABrokenKeyringIsRefusedWithoutQuotingIt(t *testing.T) {
	path := create(t)
	good := content(t, path)
	var doc struct {
		Root string
		Keys []struct{ Sealing string }
	}
	if err := json.Unmarshal([]byte(good), &doc); err != nil {
		t.Fatal(err)
	}
	sealing := doc.Keys[0].Sealing
	key := good[strings.Index(good, "[")+1 : strings.LastIndex(good, "]")]
	change := func(old, changed string) string {
		if !strings.Contains(good, old) {
			t.Fatalf("the keyring has no %q", old)
		}
		return strings.Replace(good, old, changed, 1)
	}
	for name, text := range map[string]string{
		"empty":                "",
		"half":                 good[:len(good)/2],
		"twice":                good + good,
		"a list":               "[]",
		"another format":       change(`"format": 1`, `"format": 2`),
		"no format":            change(`"format": 1,`, ``),
		"an unknown member":    change(`"format": 1`, `"format": 1, "colour": "red"`),
		"no root":              change(`"root": "`+doc.Root+`",`, ``),
		"a root that is null":  change(`"`+doc.Root+`"`, `null`),
		"a short secret":       change(sealing, sealing[:24]),
		"a secret of numbers":  change(`"`+sealing+`"`, `12345678`),
		"a secret with spaces": change(sealing, sealing[:20]+" "+sealing[21:]),
		"no sealing secret":    change(`"sealing": "`+sealing+`",`, ``),
		"no active key":        change(`"active": true`, `"active": false`),
		"no keys":              change(key, ``),
		"one key twice":        change(key, key+","+key),
		"two active keys":      change(key, key+","+strings.Replace(key, `"k1-`, `"k2-`, 1)),
		"an id of its own":     change(`"id": "k1-`, `"id": "K 1`),
		"a huge ordinal":       change(`"id": "k1-`, `"id": "k99999999999999999999-`),
		"a date of its own":    change(`2026-11-22T01:02:03Z`, `yesterday`),
	} {
		t.Run(name, func(t *testing.T) {
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			v, err := vault.Open(path, vault.Options{})
			if !errors.Is(err, vault.ErrMalformed) || v != nil {
				t.Fatalf("got %v", err)
			}
			for _, quoted := range []string{sealing[:8], doc.Root[:8], "colour", "1234", "yesterday"} {
				if strings.Contains(err.Error(), quoted) {
					t.Errorf("the error quotes the keyring: %v", err)
				}
			}
		})
	}
}

func TestAMissingKeyringIsSaidToBeMissing(t *testing.T) {
	if _, err := vault.Open(filepath.Join(t.TempDir(), "keys.json"), vault.Options{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

func content(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func chmod(t *testing.T, path string, mode fs.FileMode) {
	t.Helper()
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}
