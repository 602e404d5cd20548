// Command verdict reads what go test -json says and lets nothing pass unseen: it shows the output of what failed, names
// what was skipped, and ends with one line that counts. It fails when anything failed, was skipped, or nothing ran.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// event is a line of go test -json; see go doc test2json.
type event struct {
	Action      string
	Package     string
	ImportPath  string
	Test        string
	Output      string
	Elapsed     float64
	FailedBuild string
}

// name is what an event is about.
func (e event) name() string {
	if e.Test == "" {
		return e.Package
	}
	return e.Package + " " + e.Test
}

type tally struct {
	passed, failed int
	skipped        []string
	output         map[string][]string // by name, of what has not passed yet
	blamed         map[string]bool     // packages in which a test failed
}

func (t *tally) hear(e event, out io.Writer) {
	switch e.Action {
	case "output", "build-output":
		key := e.name()
		if e.Action == "build-output" {
			key = e.ImportPath
		}
		t.output[key] = append(t.output[key], e.Output)
	case "pass":
		delete(t.output, e.name())
		if e.Test != "" {
			t.passed++
		} else {
			_, _ = fmt.Fprintf(out, "ok    %s  %.1fs\n", e.Package, e.Elapsed)
		}
	case "skip":
		if e.Test != "" { // a package is skipped when it has no tests
			t.skipped = append(t.skipped, e.name()+"\n"+strings.Join(t.output[e.name()], ""))
		}
	case "fail":
		if e.Test != "" || !t.blamed[e.Package] { // a package fails by itself when it does not build, or dies
			t.failed++
		}
		t.blamed[e.Package] = true
		_, _ = fmt.Fprintf(out, "FAIL  %s\n%s%s", e.name(), strings.Join(t.output[e.FailedBuild], ""), strings.Join(t.output[e.name()], ""))
	}
}

// read gives the verdict on a run, told on out.
func read(in io.Reader, out io.Writer) (good bool) {
	t := tally{output: map[string][]string{}, blamed: map[string]bool{}}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			_, _ = fmt.Fprintln(out, lines.Text())
			continue
		}
		t.hear(e, out)
	}
	slices.Sort(t.skipped)
	for _, s := range t.skipped {
		_, _ = fmt.Fprintf(out, "SKIP  %s", s)
	}
	_, _ = fmt.Fprintf(out, "%d passed, %d failed, %d skipped\n", t.passed, t.failed, len(t.skipped))
	return lines.Err() == nil && t.passed > 0 && t.failed == 0 && len(t.skipped) == 0
}

func main() {
	if !read(os.Stdin, os.Stdout) {
		os.Exit(1)
	}
}
