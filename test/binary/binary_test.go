package binary_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/eidgate/eidgate/test/postgres"
)

// program is what is built, as the README names it.
const program = "./cmd/eidgate"

// root is the module's folder as seen from here.
const root = "../.."

var folder string // of the program under test

func TestMain(m *testing.M) { os.Exit(within(m)) }

// atOnce is how many tests run side by side: they mostly wait, be it for the program to notice, or to give up.
const atOnce = 6

func within(m *testing.M) int {
	flag.Parse()
	err := flag.Set("test.parallel", strconv.Itoa(max(atOnce, runtime.GOMAXPROCS(0))))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	sweep()
	if folder, err = os.MkdirTemp("", prefix+strconv.Itoa(os.Getpid())+"-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(folder) }()
	return postgres.Main(m)
}

// prefix begins the names of folders; the process that made one follows.
const prefix = "eidgate-binary-"

// sweep removes the programs that test processes left behind that were killed.
func sweep() {
	folders, _ := filepath.Glob(filepath.Join(os.TempDir(), prefix+"*"))
	for _, folder := range folders {
		maker, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(folder), prefix), "-")
		pid, err := strconv.Atoi(maker)
		if err == nil && errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
			_ = os.RemoveAll(folder)
		}
	}
}

var build = sync.OnceValues(func() (string, error) {
	path := filepath.Join(folder, "eidgate")
	arguments := []string{"build", "-buildvcs=false", "-o", path}
	if raced {
		arguments = append(arguments, "-race")
	}
	command := exec.Command("go", append(arguments, program)...)
	command.Dir = root
	if out, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, nil
})

// eidgate is the path of the program.
func eidgate(t *testing.T) string {
	t.Helper()
	path, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return path
}
