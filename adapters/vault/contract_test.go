package vault_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/adapters/vault"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/contract"
)

// TestMain lets the tests start this program again as another process that changes the keyring it is told.
func TestMain(m *testing.M) {
	if path := os.Getenv("EIDGATE_TEST_KEYRING"); path != "" {
		os.Exit(addTen(path))
	}
	os.Exit(m.Run())
}

func addTen(path string) int {
	v, err := vault.Open(path, vault.Options{Clock: system.Clock{}})
	for range 10 {
		if err == nil {
			_, err = v.Add()
		}
	}
	if err != nil {
		os.Stderr.WriteString(err.Error())
		return 1
	}
	return 0
}

// create makes a keyring in a directory of its own and gives its path.
func create(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "keys", "keys.json")
	if err := vault.Create(path, time.Date(2026, 11, 22, 1, 2, 3, 456, time.UTC)); err != nil {
		t.Fatal(err)
	}
	return path
}

func open(t *testing.T, path string) *vault.Vault {
	t.Helper()
	v, err := vault.Open(path, vault.Options{StrictRights: true, Clock: system.Clock{}})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestTheVaultIsASealer(t *testing.T) {
	contract.TestSealer(t, func(t *testing.T) outbound.Sealer { return open(t, create(t)) })
}

func TestTheVaultMakesFingerprints(t *testing.T) {
	contract.TestFingerprints(t, func(t *testing.T) outbound.Fingerprints { return open(t, create(t)) })
}

func TestTheVaultIsAKeyring(t *testing.T) {
	contract.TestKeyring(t, func(t *testing.T) contract.Keys { return open(t, create(t)) })
}

func TestTheVaultKeepsPasswords(t *testing.T) {
	contract.TestPasswords(t, func(*testing.T) outbound.Passwords { return vault.NewPasswords(2) })
}
