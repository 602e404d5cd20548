package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Cluster is a PostgreSQL server with its files.
type Cluster struct {
	folder  string // everything below it goes away with the cluster
	bin     string
	port    int
	durable bool                // a commit is on the disk when it returns
	owner   *syscall.Credential // nil when the tests run as an ordinary user
	running *server
}

// server is one run of the program.
type server struct {
	process *os.Process
	ended   chan struct{} // closed when the process is gone
}

// prefix names the folders of clusters; the process that made one is in the name.
const prefix = "eidgate-postgres-"

// Start makes a cluster and starts it on a free port of the loopback address. Everybody on this machine may enter,
// nobody else. What its users may lose is nothing: fsync is off. Text sorts as in an English dictionary, so that
// forgotten collations show.
func Start() (*Cluster, error) { return start(false) }

// StartDurable is [Start] with fsync, and all else as a server has it that people rely on: for measuring.
func StartDurable() (*Cluster, error) { return start(true) }

func start(durable bool) (*Cluster, error) {
	sweep()
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	owner, err := unprivileged()
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", prefix+strconv.Itoa(os.Getpid())+"-")
	if err != nil {
		return nil, err
	}
	c := &Cluster{folder: folder, bin: bin, owner: owner, durable: durable}
	if err := c.make(); err != nil {
		c.Remove()
		return nil, err
	}
	return c, nil
}

func (c *Cluster) make() error {
	if c.owner != nil {
		if err := os.Chown(c.folder, int(c.owner.Uid), int(c.owner.Gid)); err != nil {
			return err
		}
	}
	base := []string{"-D", c.data(), "-U", "eidgate", "-A", "trust", "-E", "UTF8", "--no-sync"}
	english := append(slices.Clone(base), "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US")
	if _, err := c.run("initdb", english...); err != nil {
		if err := os.RemoveAll(c.data()); err != nil {
			return err
		}
		if out, err := c.run("initdb", base...); err != nil {
			return fmt.Errorf("initdb: %w: %s", err, out)
		}
	}
	port, err := freePort()
	if err != nil {
		return err
	}
	c.port = port
	return c.Start()
}

func (c *Cluster) data() string { return filepath.Join(c.folder, "data") }

func (c *Cluster) run(program string, args ...string) (string, error) {
	command := exec.Command(filepath.Join(c.bin, program), args...)
	command.Dir = c.folder
	command.Env = []string{"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8"}
	command.SysProcAttr = &syscall.SysProcAttr{Credential: c.owner}
	out, err := command.CombinedOutput()
	return string(out), err
}

// URL is the address of the server's database.
func (c *Cluster) URL() string {
	return fmt.Sprintf("postgres://eidgate@127.0.0.1:%d/postgres?sslmode=disable", c.port)
}

// Start starts the server again after a Stop, on the same port, and returns when it answers.
func (c *Cluster) Start() error {
	log, err := os.OpenFile(filepath.Join(c.folder, "log"), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }() // the server has its own handle
	settings := []string{
		"-D", c.data(), "-p", strconv.Itoa(c.port),
		"-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "max_connections=200",
	}
	if !c.durable {
		settings = append(settings, "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "autovacuum=off", "-c", "shared_buffers=32MB")
	}
	command := exec.Command(filepath.Join(c.bin, "postgres"), settings...)
	command.Dir, command.Stdout, command.Stderr = c.folder, log, log
	command.Env = []string{"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8"}
	// The kernel stops the server at once when the thread that started it dies, so the thread lives as long as the
	// server does, and no longer than the test process.
	command.SysProcAttr = &syscall.SysProcAttr{Credential: c.owner, Pdeathsig: syscall.SIGQUIT}
	begun := make(chan error)
	s := &server{ended: make(chan struct{})}
	go func() {
		runtime.LockOSThread()
		err := command.Start()
		s.process = command.Process
		begun <- err
		if err == nil {
			_ = command.Wait() // how it ended is in the log
		}
		close(s.ended)
	}()
	if err := <-begun; err != nil {
		return err
	}
	c.running = s
	return c.await()
}

func (c *Cluster) await() error {
	db, err := sql.Open("postgres", c.URL())
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for {
		err := db.PingContext(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-again.C:
		case <-c.running.ended:
			log, _ := os.ReadFile(filepath.Join(c.folder, "log"))
			return fmt.Errorf("the server ended at once: %s", log)
		case <-ctx.Done():
			return fmt.Errorf("the server does not answer: %w", err)
		}
	}
}

// Stop ends the server at once, as if its machine had lost power, and returns when it is gone.
func (c *Cluster) Stop() { c.end(syscall.SIGQUIT) }

// ShutDown ends the server in an orderly way: it tells its clients, and returns when it is gone.
func (c *Cluster) ShutDown() { c.end(syscall.SIGINT) }

func (c *Cluster) end(signal syscall.Signal) {
	if c.running == nil {
		return
	}
	_ = c.running.process.Signal(signal) // it may be gone already
	<-c.running.ended
	c.running = nil
}

// Remove stops the server and removes its files.
func (c *Cluster) Remove() {
	c.Stop()
	_ = os.RemoveAll(c.folder) // what stays is swept up by the next run
}

// sweep removes what test processes left behind that were killed.
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

// binaries finds the newest installed server, where Debian puts it or in the path. EIDGATE_TEST_POSTGRES=off hides it, for
// seeing what a machine without PostgreSQL sees.
func binaries() (string, error) {
	if os.Getenv("EIDGATE_TEST_POSTGRES") == "off" {
		return "", errors.New("EIDGATE_TEST_POSTGRES is off")
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	slices.SortFunc(found, func(a, b string) int { return version(b) - version(a) })
	if len(found) > 0 {
		return filepath.Dir(found[0]), nil
	}
	initdb, err := exec.LookPath("initdb")
	if err != nil {
		return "", errors.New("neither EIDGATE_TEST_POSTGRES_URL is set nor is PostgreSQL installed")
	}
	return filepath.Dir(initdb), nil
}

func version(path string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
	return n
}

// unprivileged is the user that the server runs as when the tests run as root, which it refuses.
func unprivileged() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		if err1 == nil && err2 == nil {
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
		}
	}
	return nil, errors.New("PostgreSQL refuses to run as root, and there is neither a user postgres nor nobody")
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port, nil
}
