package binary_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// process is one run of the program.
type process struct {
	command *exec.Cmd
	out     *transcript // both streams
	ended   chan struct{}
}

// transcript is what a process has written so far.
type transcript struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (w *transcript) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.Write(p)
}

func (w *transcript) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.String()
}

// launch starts the program with an environment that has nothing of ours. It ends with the test at the latest, and
// must not have met a data race or a panic by then.
func launch(t *testing.T, environ []string, in io.Reader, arguments ...string) *process {
	t.Helper()
	p := &process{command: exec.Command(eidgate(t), arguments...), out: &transcript{}, ended: make(chan struct{})}
	p.command.Dir = t.TempDir()
	p.command.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + p.command.Dir}, environ...)
	p.command.Stdin, p.command.Stdout, p.command.Stderr = in, p.out, p.out
	p.command.SysProcAttr = dieWithUs()
	begun := make(chan error)
	go func() {
		runtime.LockOSThread() // the thread lives as long as its child
		err := p.command.Start()
		begun <- err
		if err == nil {
			_ = p.command.Wait() // how it ended is in its state
		}
		close(p.ended)
	}()
	if err := <-begun; err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.kill()
		for _, trouble := range []string{"DATA RACE", "panic: ", "fatal error: ", "goroutine "} {
			if text := p.out.String(); strings.Contains(text, trouble) {
				t.Errorf("the program met trouble: %s", text[max(0, strings.Index(text, trouble)-200):])
				break
			}
		}
	})
	return p
}

// kill is kill -9. It returns when the process is gone.
func (p *process) kill() {
	_ = p.command.Process.Kill() // it may be gone already
	<-p.ended
}

func (p *process) signal(t *testing.T, s syscall.Signal) {
	t.Helper()
	if err := p.command.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
}

// status waits for the end and gives the exit status, -1 after a signal.
func (p *process) status(t *testing.T, within time.Duration) int {
	t.Helper()
	select {
	case <-p.ended:
		return p.command.ProcessState.ExitCode()
	case <-time.After(within):
		t.Fatalf("the program does not end within %v: %s", within, p.out)
		return 0
	}
}

// run is a command that ends by itself: its exit status, standard output, and standard error.
func run(t *testing.T, environ []string, in string, arguments ...string) (status int, out, failure string) {
	t.Helper()
	command := exec.CommandContext(t.Context(), eidgate(t), arguments...)
	command.Dir = t.TempDir()
	command.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + command.Dir}, environ...)
	var stdout, stderr bytes.Buffer
	command.Stdin, command.Stdout, command.Stderr = strings.NewReader(in), &stdout, &stderr
	err := command.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); err != nil && (!ok || !exit.Exited()) {
		t.Fatalf("eidgate %s: %v: %s", strings.Join(arguments, " "), err, &stderr)
	}
	return command.ProcessState.ExitCode(), stdout.String(), stderr.String()
}

// must is a command that succeeds; it gives what was printed, without the last line break.
func must(t *testing.T, environ []string, arguments ...string) string {
	t.Helper()
	status, out, failure := run(t, environ, "", arguments...)
	if status != 0 {
		t.Fatalf("eidgate %s ended with %d: %s", strings.Join(arguments, " "), status, failure)
	}
	return strings.TrimSuffix(out, "\n")
}

// refused is a command that fails with status 1 and says why in one line, which it gives.
func refused(t *testing.T, environ []string, arguments ...string) string {
	t.Helper()
	status, out, failure := run(t, environ, "", arguments...)
	if status != 1 || !strings.HasPrefix(failure, "eidgate: ") || strings.Count(failure, "\n") != 1 {
		t.Errorf("eidgate %s ended with %d, printed %q and said %q", strings.Join(arguments, " "), status, out, failure)
	}
	return failure
}

// eventually looks again and again until the condition holds.
func eventually(t *testing.T, within time.Duration, what string, holds func() bool) {
	t.Helper()
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for end := time.Now().Add(within); !holds(); <-again.C {
		if time.Now().After(end) {
			t.Fatalf("%s: not within %v", what, within)
		}
	}
}
