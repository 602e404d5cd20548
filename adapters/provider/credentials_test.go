package provider_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/provider"
	"github.com/eidgate/eidgate/test/standin"
)

func TestFilesAreLoadedAndMistakesNamed(t *testing.T) {
	authority := standin.NewAuthority(t, "root")
	directory := t.TempDir()
	authority.PEM(t, directory, authority.Client(t, "us", time.Now().Add(time.Hour)))
	file := func(name string) string { return filepath.Join(directory, name) }
	good := provider.Files{Certificate: file("certificate.pem"), Key: file("key.pem"), CA: file("ca.pem")}
	own, roots, err := provider.LoadCredentials(good)
	if err != nil || own.Leaf == nil || !roots.Equal(authority.Pool()) {
		t.Fatalf("got %v", err)
	}
	certificate, _ := os.ReadFile(good.Certificate)
	key, _ := os.ReadFile(good.Key)
	both := file("both.pem")
	if err := os.WriteFile(both, append(certificate, key...), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := provider.LoadCredentials(provider.Files{Certificate: both, CA: good.CA}); err != nil {
		t.Errorf("certificate and key in one file: %v", err)
	}
	stranger := t.TempDir()
	authority.PEM(t, stranger, authority.Client(t, "others", time.Now().Add(time.Hour)))
	if err := os.WriteFile(file("garbage.pem"), []byte("hush, this is private"), 0o600); err != nil {
		t.Fatal(err)
	}
	for setting, change := range map[string]func(*provider.Files){
		"certificate is missing":     func(f *provider.Files) { f.Certificate = "" },
		"certificate cannot be read": func(f *provider.Files) { f.Certificate = file("none.pem") },
		"key cannot be read":         func(f *provider.Files) { f.Key = directory },
		"ca is missing":              func(f *provider.Files) { f.CA = "" },
		"ca holds no":                func(f *provider.Files) { f.CA = file("garbage.pem") },
		"certificate and key":        func(f *provider.Files) { f.Key = filepath.Join(stranger, "key.pem") },
		"certificate and key are":    func(f *provider.Files) { f.Certificate = file("garbage.pem") },
	} {
		f := good
		change(&f)
		_, _, err := provider.LoadCredentials(f)
		if err == nil || !strings.Contains(err.Error(), setting) {
			t.Errorf("%s: got %v", setting, err)
		}
		for _, secret := range []string{"hush", directory, "PRIVATE KEY"} {
			if strings.Contains(fmt.Sprintf("%v %+v %#v", err, err, err), secret) {
				t.Errorf("%s: the error shows what it must not", setting)
			}
		}
	}
}
