package benchmark

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"net/url"
	"sync"
	"testing"
)

// wiretap stands between a client and PostgreSQL, and writes down which statements are run, in order, whether they
// are sent as they are or were prepared before.
// https://www.postgresql.org/docs/15/protocol-message-formats.html
type wiretap struct {
	mu  sync.Mutex
	ran []statement
}

// statement is one that was run, with what it was given.
type statement struct {
	text string
	args [][]byte // nil for NULL
}

// tap gives a second address for a database, and what is heard on it.
func tap(t testing.TB, database string) (address string, heard *wiretap) {
	t.Helper()
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	server := u.Host
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	heard = &wiretap{}
	var lines sync.WaitGroup
	lines.Go(func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", server)
			if err != nil {
				_ = near.Close()
				continue
			}
			lines.Go(func() { _, _ = io.Copy(near, far); _ = near.Close() })
			lines.Go(func() { heard.listen(near, far); _ = far.Close() })
		}
	})
	t.Cleanup(func() { _ = l.Close(); lines.Wait() })
	u.Host = l.Addr().String()
	return u.String(), heard
}

// listen passes on what a client says, until it has nothing more to say.
func (w *wiretap) listen(from io.Reader, to io.Writer) {
	prepared := map[string]string{}
	for kind := byte(0); ; { // the first message has no kind
		head := make([]byte, 4, 5)
		if kind != 0 {
			head = head[:5]
		}
		if _, err := io.ReadFull(from, head); err != nil {
			return
		}
		length := int(binary.BigEndian.Uint32(head[len(head)-4:])) - 4
		body := make([]byte, length)
		if _, err := io.ReadFull(from, body); err != nil {
			return
		}
		if kind != 0 {
			w.hear(head[0], body, prepared)
		}
		kind = 1
		if _, err := to.Write(append(head, body...)); err != nil {
			return
		}
	}
}

func (w *wiretap) hear(kind byte, body []byte, prepared map[string]string) {
	r := reader{body}
	switch kind {
	case 'P': // Parse
		name := r.text()
		prepared[name] = r.text()
	case 'B': // Bind, which the drivers execute at once
		r.text()
		s := statement{text: prepared[r.text()]}
		for range r.short() {
			r.short()
		}
		for range r.short() {
			s.args = append(s.args, r.value())
		}
		w.add(s)
	case 'Q': // Query
		w.add(statement{text: r.text()})
	}
}

func (w *wiretap) add(s statement) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ran = append(w.ran, s)
}

// during gives what was run while something was done.
func (w *wiretap) during(do func()) []statement {
	w.mu.Lock()
	w.ran = nil
	w.mu.Unlock()
	do()
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.ran
}

// reader takes a message apart.
type reader struct{ rest []byte }

func (r *reader) text() string {
	text, rest, _ := bytes.Cut(r.rest, []byte{0})
	r.rest = rest
	return string(text)
}

func (r *reader) short() int {
	n := binary.BigEndian.Uint16(r.rest)
	r.rest = r.rest[2:]
	return int(n)
}

func (r *reader) value() []byte {
	n := int32(binary.BigEndian.Uint32(r.rest)) //nolint:gosec // the protocol's -1
	r.rest = r.rest[4:]
	if n < 0 {
		return nil
	}
	value := r.rest[:n]
	r.rest = r.rest[n:]
	return append([]byte{}, value...)
}
