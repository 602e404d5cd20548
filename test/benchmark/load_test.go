package benchmark

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

const (
	clients = 16 // and as many connections to the database
	rounds  = 11
	warmUp  = 500 * time.Millisecond
	round   = 2 * time.Second
)

// visitor is a client with one connection that is kept. It does little more than to write bytes and to read as many as
// it is told to expect, because it works on the same processors as what it measures.
type visitor struct {
	conn    net.Conn
	answers *bufio.Reader
}

func visit(address string) (*visitor, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	return &visitor{conn: conn, answers: bufio.NewReader(conn)}, nil
}

var (
	success       = []byte("HTTP/1.1 20")
	contentLength = []byte("content-length: ")
)

// ask sends a request and reads the answer, which has to be a success. The body is good until the next request.
func (v *visitor) ask(request []byte) (body []byte, err error) {
	if _, err := v.conn.Write(request); err != nil {
		return nil, err
	}
	status, err := v.answers.ReadSlice('\n')
	if err != nil {
		return nil, err
	}
	if !bytes.HasPrefix(status, success) {
		first := string(bytes.TrimSpace(status))
		rest, _ := v.answers.Peek(v.answers.Buffered())
		return nil, fmt.Errorf("answered %s: %s", first, rest)
	}
	length := 0
	for {
		line, err := v.answers.ReadSlice('\n')
		if err != nil {
			return nil, err
		}
		if len(line) <= 2 {
			break
		}
		if len(line) > len(contentLength) && bytes.EqualFold(line[:len(contentLength)], contentLength) {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(line[len(contentLength):]))); err != nil {
				return nil, err
			}
		}
	}
	if length <= v.answers.Size() {
		body, err := v.answers.Peek(length)
		if err == nil {
			_, err = v.answers.Discard(length)
		}
		return body, err
	}
	body = make([]byte, length)
	_, err = io.ReadFull(v.answers, body)
	return body, err
}

// requests are sent in turn, by whichever client is free, and then from the first one again.
type requests struct {
	list [][]byte
	sent atomic.Uint64
}

func (r *requests) next() []byte { return r.list[(r.sent.Add(1)-1)%uint64(len(r.list))] }

// request spells one, as a partner's server would send it.
func request(address, method, path, authorization string, body []byte) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: benchmark\r\nAccept: application/json\r\n", method, path, address)
	if authorization != "" {
		fmt.Fprintf(&b, "Authorization: %s\r\n", authorization)
	}
	if body != nil {
		fmt.Fprintf(&b, "Content-Type: application/json\r\nContent-Length: %d\r\n", len(body))
	}
	b.WriteString("\r\n")
	b.Write(body)
	return b.Bytes()
}

// load lets all clients ask one thing after the other. It gives how many answers there were in a second, and how many
// microseconds of the processors this process took for each: server and client, without the database. The second is
// the same on a machine that is busy with something else.
func load(b *testing.B, address string, requests *requests) (perSecond, effort float64) {
	b.Helper()
	visitors := make([]*visitor, clients)
	for i := range visitors {
		v, err := visit(address)
		if err != nil {
			b.Fatal(err)
		}
		defer func() { _ = v.conn.Close() }()
		visitors[i] = v
	}
	run := func(length time.Duration) (answers int) {
		var crowd sync.WaitGroup
		counts, failures := make([]int, clients), make([]error, clients)
		end := time.Now().Add(length)
		for i, v := range visitors {
			crowd.Go(func() {
				for time.Now().Before(end) && failures[i] == nil {
					_, failures[i] = v.ask(requests.next())
					counts[i]++
				}
			})
		}
		crowd.Wait()
		for i, err := range failures {
			if err != nil {
				b.Fatal(err)
			}
			answers += counts[i]
		}
		return answers
	}
	run(warmUp)
	begun, busy := time.Now(), processors(b)
	answers := float64(run(round))
	return answers / time.Since(begun).Seconds(), float64((processors(b) - busy).Microseconds()) / answers
}

// processors is how long this process has used them.
func processors(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func median(of []float64) float64 {
	sorted := slices.Sorted(slices.Values(of))
	return sorted[len(sorted)/2]
}
