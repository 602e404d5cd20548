package main

import (
	"strings"
	"testing"
)

func TestNothingPassesUnseen(t *testing.T) {
	const pass = `{"Action":"pass","Package":"p","Test":"TestA"}` + "\n"
	for name, c := range map[string]struct {
		events string
		good   bool
		last   string
	}{
		"all passed":                     {pass + `{"Action":"pass","Package":"p"}`, true, "1 passed, 0 failed, 0 skipped"},
		"one was skipped":                {pass + `{"Action":"skip","Package":"p","Test":"TestB"}`, false, "1 passed, 0 failed, 1 skipped"},
		"no tests in one":                {pass + `{"Action":"skip","Package":"q"}`, true, "1 passed, 0 failed, 0 skipped"},
		"one failed, and so its package": {pass + `{"Action":"fail","Package":"p","Test":"TestB"}` + "\n" + `{"Action":"fail","Package":"p"}`, false, "1 passed, 1 failed, 0 skipped"},
		"one failed":                     {pass + `{"Action":"fail","Package":"p","Test":"TestB"}`, false, "1 passed, 1 failed, 0 skipped"},
		"one did not build":              {pass + `{"Action":"fail","Package":"q","FailedBuild":"q"}`, false, "1 passed, 1 failed, 0 skipped"},
		"a package died":                 {pass + `{"Action":"output","Package":"q","Output":"panic"}` + "\n" + `{"Action":"fail","Package":"q"}`, false, "1 passed, 1 failed, 0 skipped"},
		"nothing ran":                    {"", false, "0 passed, 0 failed, 0 skipped"},
	} {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			if good := read(strings.NewReader(c.events), &out); good != c.good {
				t.Errorf("the verdict is %t", good)
			}
			if !strings.HasSuffix(out.String(), c.last+"\n") {
				t.Errorf("it says %q", out.String())
			}
		})
	}
}
