package binary_test

import (
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// crowd is enough accounts for a rotation that can be stopped midway: it moves 200 between two words about it.
const crowd = 500

// knows holds when the process lists the key.
func (g *gateway) knows(key string) bool {
	_, page := g.look("/readyz")
	return strings.Contains(page, strconv.Quote(key))
}

// populate registers accounts with numbers, and gives them with their numbers.
func (g *gateway) populate(t *testing.T, office string, n int, numbers *roll) map[int64]string {
	t.Helper()
	var mu sync.Mutex
	var all sync.WaitGroup
	made := map[int64]string{}
	for w := range 4 {
		all.Go(func() {
			for i := range n / 4 {
				ssn := numbers.take()
				id, a := g.register(office, fmt.Sprintf("crowd-%d-%d@example.com", w, i), "NO", ssn)
				if id == 0 {
					t.Errorf("cannot register: %v", a)
					return
				}
				mu.Lock()
				made[id] = ssn
				mu.Unlock()
			}
		})
	}
	all.Wait()
	return made
}

// bystander uses the gateway until it is told to stop. Nothing may fail, and no number may come twice.
type bystander struct {
	g       *gateway
	office  string
	taken   string // by an account since long ago
	numbers *roll
	made    map[int64]string
	rounds  atomic.Int64
}

func (b *bystander) round(t *testing.T) {
	n := b.rounds.Add(1)
	if id, a := b.g.register(b.office, fmt.Sprintf("late-%d@example.com", n), "NO", b.taken); id != 0 || a.status != http.StatusUnprocessableEntity {
		t.Errorf("a number that is taken is answered with %v", a)
	}
	ssn := b.numbers.take() // two want it at the same time
	ids, answers := [2]int64{}, [2]answer{}
	var both sync.WaitGroup
	for i := range ids {
		both.Go(func() {
			ids[i], answers[i] = b.g.register(b.office, fmt.Sprintf("twin-%d-%d@example.com", n, i), "NO", ssn)
		})
	}
	both.Wait()
	if (ids[0] == 0) == (ids[1] == 0) || answers[0].status+answers[1].status != http.StatusCreated+http.StatusUnprocessableEntity {
		t.Errorf("two who want one number at once are answered with %d and %d", answers[0].status, answers[1].status)
		return
	}
	id := ids[0] + ids[1]
	b.made[id] = ssn
	if found, a := b.g.find(t, b.office, id); found.SSN != ssn {
		t.Errorf("an account that was just made is answered with %v", a)
	}
	email := fmt.Sprintf("twin-%d-%d@example.com", n, 0)
	if ids[0] == 0 {
		email = fmt.Sprintf("twin-%d-%d@example.com", n, 1)
	}
	if token, a := b.g.signIn(email); token == "" {
		t.Errorf("a sign-in is answered with %v", a)
	}
}

func TestKeysAreChangedWhileServing(t *testing.T) {
	storages(t, func(t *testing.T, g *gateway) {
		g.start(t)
		office, numbers := g.office(t), &roll{}
		made := g.populate(t, office, crowd, numbers)
		token, _ := g.signIn("anna.andersson@example.com")
		proven, a := g.attach(token, "se.bankid.qr", "anna")
		if proven == "" {
			t.Fatal(a)
		}
		old := strings.Fields(strings.Split(must(t, g.environ, "keys", "status"), "\n")[1])[0]

		b := &bystander{g: g, office: office, taken: numbers.take(), numbers: numbers, made: map[int64]string{}}
		id, _ := g.register(office, "early@example.com", "NO", b.taken)
		made[id] = b.taken
		over := make(chan struct{})
		var all sync.WaitGroup
		all.Go(func() {
			for {
				select {
				case <-over:
					return
				default:
					b.round(t)
				}
			}
		})
		ends := sync.OnceFunc(func() { close(over); all.Wait() })
		defer ends()

		key := must(t, g.environ, "keys", "add")
		eventually(t, patience, "the gateway knows the key", func() bool { return g.knows(key) })
		refused(t, g.environ, "keys", "retire", old) // it still seals
		must(t, g.environ, "keys", "activate", key)
		midway := launch(t, g.environ, nil, "keys", "rotate")
		eventually(t, patience, "some are moved", func() bool { return strings.Contains(midway.out.String(), "moved so far") })
		midway.kill()
		refused(t, g.environ, "keys", "retire", old) // the rest needs it

		must(t, g.environ, "keys", "rotate")
		must(t, g.environ, "keys", "retire", old)
		if file, err := os.ReadFile(g.keys()); err != nil || strings.Contains(string(file), old) {
			t.Errorf("the old key is still in the file: %v", err)
		}
		eventually(t, patience, "the gateway has forgotten the key", func() bool { return !g.knows(old) })
		seen := b.rounds.Load()
		eventually(t, patience, "life goes on", func() bool { return b.rounds.Load() > seen+3 || t.Failed() })
		ends()

		if _, a := g.register(office, "late-anna@example.com", "SE", ""); a.status != http.StatusCreated {
			t.Fatal(a)
		}
		second, a := g.signIn("late-anna@example.com")
		if second == "" {
			t.Fatal(a)
		}
		if ssn, a := g.attach(second, "se.bankid.qr", "anna"); ssn != "" || a.status != http.StatusUnprocessableEntity && a.status != http.StatusConflict {
			t.Errorf("a number that was proven before is proven again: %v", a)
		}
		for id, ssn := range b.made {
			made[id] = ssn
		}
		g.stop(t)
		g.start(t) // with nothing in memory
		for id, ssn := range made {
			if found, a := g.find(t, office, id); found.SSN != ssn {
				t.Errorf("an account is answered with %v", a)
			}
		}
		if shown := g.ask(http.MethodGet, "/api/v1/account", token, nil); !strings.Contains(string(shown.body), proven) {
			t.Errorf("the account of the proven number is answered with %v", shown)
		}
	})
}

// An operator's script does not wait between two commands. What a process seals before it has noticed must not be
// lost with the key.
func TestKeysMayBeChangedByAScriptThatNeverWaits(t *testing.T) {
	t.Parallel()
	g := install(t, "")
	g.start(t)
	office, numbers := g.office(t), &roll{}
	old := strings.Fields(strings.Split(must(t, g.environ, "keys", "status"), "\n")[1])[0]
	key := must(t, g.environ, "keys", "add")
	eventually(t, patience, "the gateway knows the key", func() bool { return g.knows(key) })
	made := map[int64]string{}
	done := make(chan struct{})
	var all sync.WaitGroup
	all.Go(func() {
		for n := 0; ; n++ {
			select {
			case <-done:
				return
			default:
			}
			ssn := numbers.take()
			id, a := g.register(office, fmt.Sprintf("busy-%d@example.com", n), "NO", ssn)
			if id == 0 {
				t.Errorf("a registration is answered with %v", a)
			}
			made[id] = ssn
		}
	})
	must(t, g.environ, "keys", "activate", key)
	must(t, g.environ, "keys", "rotate")
	must(t, g.environ, "keys", "retire", old)
	eventually(t, patience, "the gateway has forgotten the key", func() bool { return !g.knows(old) })
	close(done)
	all.Wait()
	lost := 0
	for id, ssn := range made {
		if found, a := g.find(t, office, id); found.SSN != ssn {
			if lost++; lost == 1 {
				t.Errorf("an account is answered with %v", a)
			}
		}
	}
	if lost > 0 {
		t.Errorf("%d of %d accounts cannot be read any more", lost, len(made))
	}
}
