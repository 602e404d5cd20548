package binary_test

import (
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
)

func TestTheLinesOfTheReadmeTakeSomebodyThroughAHostedSession(t *testing.T) {
	lines := strings.Join(scripts(t, "A hosted session, with curl"), "")
	storages(t, func(t *testing.T, g *gateway) {
		g.start(t)
		out := play(t, g, t.TempDir(), lines)
		for what, times := range map[string]int{
			"http://127.0.0.1:9000/in?sessionId=": 2, // where the browser goes, and among the addresses of the session
			`"status":"SUCCESS"`:                  1, `"provider":"sbid","subject":{"id":"`: 1,
			`"nin":{"value":"199001012385","issuingCountry":"SE","type":"PERSON"}`: 1, `"name":"Anna Andersson"`: 1,
			`"status":"CANCELLED"`: 1, `"invalidParams"`: 0,
		} {
			if strings.Count(out, what) != times {
				t.Errorf("%q is there %d times, not %d", what, strings.Count(out, what), times)
			}
		}
		if !regexp.MustCompile(`(?m)^bankid\.[0-9a-f-]{36}\.\d+\.[0-9a-f]{64}$`).MatchString(out) {
			t.Error("no code was printed")
		}
		framed := regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(g.base) + `(/s/\w+)$`).FindStringSubmatch(out)
		if framed == nil {
			t.Fatal("no address of a framed page was printed")
		}
		if page := g.ask("GET", framed[1], "", nil); !page.ok() || !strings.Contains(string(page.body), `name="browser"`) {
			t.Errorf("the framed page answers %d, or carries no secret of its browser", page.status)
		}
	})
}

func TestThePicturesOfTheReadmeAreThere(t *testing.T) {
	t.Parallel()
	pictures := regexp.MustCompile(`<img\s+src="([^"]+)"`).FindAllStringSubmatch(readme(t), -1)
	for _, p := range pictures {
		if kind := contentType(t, root+"/"+p[1]); kind != "image/png" {
			t.Errorf("%s is %s", p[1], kind)
		}
	}
	if len(pictures) != 3 {
		t.Errorf("there are %d", len(pictures))
	}
}

func contentType(t *testing.T, file string) string {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Error(err)
	}
	return http.DetectContentType(content)
}
