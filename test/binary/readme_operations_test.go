package binary_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/test/contract"
)

// The lines run as they stand, but for the addresses of the gateway and of the reader's own server, which stands for the
// one at port 9000.
func TestTheLinesOfTheReadmeTakePeopleThroughTheirEIDs(t *testing.T) {
	blocks := scripts(t, "eID operations, with curl")
	last := len(blocks) - 1
	if last < 4 || !strings.Contains(blocks[last], "news.json") {
		t.Fatalf("the section has %d blocks", len(blocks))
	}
	storages(t, func(t *testing.T, g *gateway) {
		g.start(t)
		dir := t.TempDir()
		write := func(name string, content []byte) {
			if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
				t.Error(err)
			}
		}
		write("agreement.pdf", contract.OnePage())
		signatures := make(chan string, 1)
		own := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if err != nil || r.URL.Path != "/news" {
				t.Errorf("%s came with %v", r.URL.Path, err)
			}
			write("news.json", body)
			w.WriteHeader(http.StatusNoContent)
			select {
			case signatures <- r.Header.Get("X-Signature-SHA256"):
			default:
				t.Error("the news came twice")
			}
		}))
		t.Cleanup(own.Close)

		out := play(t, g, dir, strings.ReplaceAll(strings.Join(blocks[:last], ""), "http://127.0.0.1:9000", own.URL))
		for _, want := range []string{
			"bankid.", `"status":"COMPLETED","ssn":"199001012385"`, own.URL + "/done?id=", "&refId=18", `"refId":"18","status":"COMPLETED"`,
		} {
			if !strings.Contains(out, want) {
				t.Errorf("%q is not in what it printed: %s", want, out)
			}
		}
		signed, err := os.ReadFile(filepath.Join(dir, "signed.pdf"))
		if err != nil || !bytes.HasPrefix(signed, contract.OnePage()) || !bytes.Contains(signed, []byte("/ByteRange")) {
			t.Errorf("the document is not signed: %v", err)
		}
		signature := ""
		select {
		case signature = <-signatures:
		case <-time.After(patience):
			t.Fatal("no news came")
		}
		if made := strings.TrimSpace(play(t, g, dir, blocks[last])); signature == "" || made != signature {
			t.Error("the signature of the news is another than the README's line makes")
		}
		if news, err := os.ReadFile(filepath.Join(dir, "news.json")); err != nil || !bytes.Contains(news, []byte(`"status":"COMPLETED"`)) {
			t.Errorf("the news does not say that it is completed: %v", err)
		}
	})
}
