package benchmark

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// BenchmarkStart measures the binary from its start to the first yes of its readiness: in a data directory that is
// empty, and in one that it has worked in before.
func BenchmarkStart(b *testing.B) {
	program := build(b)
	b.Run("EmptyDirectory", func(b *testing.B) {
		var took []float64
		for b.Loop() {
			p := launch(b, program, b.TempDir())
			took = append(took, p.ready(b))
			p.stop(b)
		}
		b.ReportMetric(median(took), "ms-to-ready")
		b.ReportMetric(0, "ns/op")
	})
	b.Run("ExistingDirectory", func(b *testing.B) {
		folder := b.TempDir()
		p := launch(b, program, folder)
		p.ready(b)
		p.stop(b)
		var took []float64
		for b.Loop() {
			p := launch(b, program, folder)
			took = append(took, p.ready(b))
			p.stop(b)
		}
		b.ReportMetric(median(took), "ms-to-ready")
		b.ReportMetric(0, "ns/op")
	})
}

// BenchmarkIdleMemory looks at the binary while nobody asks for anything: the most that it holds within two seconds.
func BenchmarkIdleMemory(b *testing.B) {
	program := build(b)
	var most []float64
	for b.Loop() {
		p := launch(b, program, b.TempDir())
		p.ready(b)
		resident := 0.0
		look := time.NewTicker(100 * time.Millisecond)
		for range 20 {
			<-look.C
			resident = max(resident, p.resident(b))
		}
		look.Stop()
		most = append(most, resident)
		p.stop(b)
	}
	b.ReportMetric(median(most), "MiB-resident")
	b.ReportMetric(0, "ns/op")
}

func build(b *testing.B) (program string) {
	b.Helper()
	program = filepath.Join(b.TempDir(), "eidgate")
	if out, err := exec.CommandContext(b.Context(), "go", "build", "-o", program, "../../cmd/eidgate").CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	return program
}

// process is a gateway that runs on its own.
type process struct {
	command *exec.Cmd
	begun   time.Time
	ops     string
	said    *bytes.Buffer
}

func launch(b *testing.B, program, folder string) *process {
	b.Helper()
	p := &process{command: exec.CommandContext(b.Context(), program), ops: freeAddress(b), said: &bytes.Buffer{}}
	p.command.Dir = folder
	p.command.Env = append(os.Environ(), "EIDGATE_DATA_DIR="+folder, "EIDGATE_LISTEN=127.0.0.1:0", "EIDGATE_OPS_LISTEN="+p.ops, "EIDGATE_HTTP_DRAIN=1ms")
	p.command.Stdout, p.command.Stderr = p.said, p.said
	p.begun = time.Now()
	if err := p.command.Start(); err != nil {
		b.Fatal(err)
	}
	return p
}

// ready waits for readiness and gives the milliseconds since the start.
func (p *process) ready(b *testing.B) float64 {
	b.Helper()
	again := time.NewTicker(time.Millisecond)
	defer again.Stop()
	for time.Since(p.begun) < 30*time.Second {
		answer, err := client.Get("http://" + p.ops + "/readyz")
		if err == nil {
			_ = answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return float64(time.Since(p.begun).Microseconds()) / 1000
			}
		}
		<-again.C
	}
	_ = p.command.Process.Kill()
	_ = p.command.Wait()
	b.Fatalf("it does not get ready: %s", p.said)
	return 0
}

// resident is how much memory the process holds, in MiB.
func (p *process) resident(b *testing.B) float64 {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.command.Process.Pid))
	if err != nil {
		b.Skip("only Linux tells what a process holds")
	}
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	kilobytes, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
	if err != nil {
		b.Fatal(err)
	}
	return kilobytes / 1024
}

func (p *process) stop(b *testing.B) {
	b.Helper()
	client.CloseIdleConnections()
	_ = p.command.Process.Signal(syscall.SIGTERM)
	if err := p.command.Wait(); err != nil {
		b.Fatalf("%v: %s", err, p.said)
	}
}

func freeAddress(b *testing.B) string {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}
