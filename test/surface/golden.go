package surface

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Golden compares with what a file below testdata promises, byte for byte. With the flag -update it writes the file first:
// what changes is then read in the difference.
func Golden(t testing.TB, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
	}
}

// Text is an answer as golden files hold it: its status, those of its headers that are shown, in this order, and its body.
// Of a header that comes more than once it holds the first.
func Text(answer *http.Response, body string, shown []string) string {
	var b strings.Builder
	fmt.Fprintln(&b, answer.StatusCode)
	for _, name := range shown {
		if v := answer.Header.Get(name); v != "" {
			fmt.Fprintf(&b, "%s: %s\n", name, v)
		}
	}
	fmt.Fprintf(&b, "\n%s\n", body)
	return b.String()
}
