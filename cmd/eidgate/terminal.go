package main

import (
	"os"
	"strings"
	"sync"
)

// isTerminal holds for a file that is a terminal whose user has not asked for plain text (no-color.org).
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	if !ok || os.Getenv("NO_COLOR") != "" {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// tail keeps the end of a log, to be shown when something went wrong.
type tail struct {
	mu   sync.Mutex
	text []byte
}

const mostTail = 2000

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, p...)
	if extra := len(t.text) - mostTail; extra > 0 {
		t.text = append(t.text[:0], t.text[extra:]...)
	}
	return len(p), nil
}

// String gives the log's last line, with a separator before it, "" while there is none.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	lines := strings.Split(strings.TrimSpace(string(t.text)), "\n")
	if last := lines[len(lines)-1]; last != "" {
		return "; the gateway's last word: " + last
	}
	return ""
}
