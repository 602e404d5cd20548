package binary_test

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(root + "/README.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// blocks are the contents of fenced blocks with the given word behind the fence.
func blocks(text, word string) (found []string) {
	var block strings.Builder
	inside, wanted := false, false
	for line := range strings.Lines(text) {
		info, fence := strings.CutPrefix(strings.TrimSpace(line), "```")
		switch {
		case fence && inside:
			if wanted {
				found = append(found, block.String())
			}
			inside = false
		case fence:
			inside, wanted = true, info == word
			block.Reset()
		case inside:
			block.WriteString(line)
		}
	}
	return found
}

// scripts are the blocks of shell lines below one heading of the README.
func scripts(t *testing.T, heading string) []string {
	t.Helper()
	_, below, found := strings.Cut(readme(t), "\n## "+heading+"\n")
	section, _, _ := strings.Cut(below, "\n## ")
	list := blocks(section, "sh")
	if !found || len(list) == 0 || strings.Count(list[0], "base=http://127.0.0.1:8080\n") != 1 {
		t.Fatalf("below %q the README has %d scripts, or no base address of its own", heading, len(list))
	}
	for _, tool := range []string{"bash", "curl", "openssl"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("no %s to run the README's lines with", tool)
		}
	}
	return list
}

// play runs lines of the README against a gateway, in a folder.
func play(t *testing.T, g *gateway, dir, lines string) string {
	t.Helper()
	shell := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c", strings.ReplaceAll(lines, "http://127.0.0.1:8080", g.base))
	shell.Dir = dir
	shell.Env = []string{"PATH=" + os.Getenv("PATH"), "TMPDIR=" + t.TempDir(), "no_proxy=127.0.0.1"}
	out, err := shell.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return string(out)
}

func TestTheLinesOfTheReadmePutTheNumberOnTheAccount(t *testing.T) {
	lines := strings.Join(scripts(t, "A number on an account, with curl"), "")
	storages(t, func(t *testing.T, g *gateway) {
		g.start(t)
		out := play(t, g, t.TempDir(), lines)
		const number = `"199001012385"`
		if strings.Count(out, `"ssn":`+number) != 2 { // as proven, and on the account
			t.Errorf("it printed %s", out)
		}
		token, a := g.signIn("anna.andersson@example.com")
		if !a.ok() {
			t.Fatal(a)
		}
		if shown := g.ask("GET", "/api/v1/account", token, nil); !strings.Contains(string(shown.body), `"ssn":`+number) {
			t.Errorf("the account is %v", shown)
		}
	})
}

func TestTheTwoCommandsOfTheReadmeNameThisProgramAndTheseTests(t *testing.T) {
	t.Parallel()
	var commands []string
	for _, line := range strings.Split(blocks(readme(t), "")[0], "\n") {
		command, _, _ := strings.Cut(line, "#")
		commands = append(commands, strings.TrimSpace(command))
	}
	if got := strings.Join(commands, "\n"); got != "go run "+program+"\ngo test ./...\n" {
		t.Errorf("the commands are %q", got)
	}
	if out := must(t, nil, "demo"); !strings.Contains(out, "The number is on the account") {
		t.Errorf("eidgate demo says %s", out)
	}
}

func TestTheCommandsOfTheReadmeWorkInTheirOrder(t *testing.T) {
	t.Parallel()
	var lines []string
	for _, block := range blocks(readme(t), "") {
		for line := range strings.Lines(block) {
			command, _, _ := strings.Cut(line, " #")
			if command = strings.TrimSpace(command); strings.HasPrefix(command, "eidgate") {
				lines = append(lines, command)
			}
		}
	}
	if len(lines) < 5 {
		t.Fatalf("found only %q", lines)
	}
	g := produce(t, "")
	for _, line := range lines[:len(lines)-1] {
		if out := must(t, g.environ, words(line)[1:]...); out == "" {
			t.Errorf("%s printed nothing", line)
		}
	}
	if last := lines[len(lines)-1]; last != "eidgate" {
		t.Fatalf("the last is %q", last)
	}
	g.start(t)
}

func TestEveryCommandThatTheReadmeMentionsIsOne(t *testing.T) {
	t.Parallel()
	g := install(t, "")
	mentioned := regexp.MustCompile("`(?:eidgate |go run ./cmd/eidgate )?((?:keys|config|demo|migrate|organization|client|plan|blocklist|version)(?: [^`]*)?)`")
	found := 0
	for _, match := range mentioned.FindAllStringSubmatch(readme(t), -1) {
		found++
		arguments := words(match[1])
		if status, _, failure := run(t, g.environ, "SE 196802020575\n", arguments...); status == 2 {
			t.Errorf("eidgate %s: %s", match[1], failure)
		}
	}
	if found < 5 {
		t.Errorf("found only %d", found)
	}
}

// words takes a command line apart at spaces outside of double quotes.
func words(line string) (list []string) {
	for _, match := range regexp.MustCompile(`"([^"]*)"|(\S+)`).FindAllStringSubmatch(line, -1) {
		list = append(list, match[1]+match[2])
	}
	return list
}
