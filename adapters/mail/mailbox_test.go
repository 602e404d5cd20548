package mail_test

import (
	"fmt"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/mail"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/contract"
)

// now is the time of these tests.
var now = time.Date(2026, 11, 26, 3, 4, 5, 0, time.UTC)

type clock struct{}

func (clock) Now() time.Time { return now }

// counter numbers what is made.
type counter struct{ last atomic.Int64 }

func (c *counter) New() string   { return "id-" + strconv.FormatInt(c.last.Add(1), 10) }
func (c *counter) Number() int64 { return c.last.Add(1) }

func TestTheMailboxIsALetterbox(t *testing.T) {
	contract.TestLetterbox(t, func(*testing.T) contract.Letters {
		m := mail.NewMailbox(clock{}, &counter{})
		return contract.Letters{Letterbox: m, Received: func(*testing.T) (letters []outbound.Letter) {
			list := m.List()
			for i := range list {
				letters = append(letters, list[len(list)-1-i].Letter)
			}
			return letters
		}}
	})
}

func TestADeploymentWithoutMailSaysSo(t *testing.T) { contract.TestNoLetterbox(t, mail.None{}) }

func TestTheMailboxKeepsTheLastHundredNewestFirst(t *testing.T) {
	m := mail.NewMailbox(clock{}, &counter{})
	for i := range mail.MostLetters + 7 {
		if err := m.Send(t.Context(), outbound.Letter{To: "anna@acme.example", Subject: fmt.Sprint(i)}); err != nil {
			t.Fatal(err)
		}
	}
	list := m.List()
	if len(list) != mail.MostLetters || list[0].Letter.Subject != "106" || list[99].Letter.Subject != "7" || list[0].ID != "id-107" || list[0].SentAt != now {
		t.Fatalf("%d are kept, from %+v", len(list), list[0])
	}
	list[0].Letter.Subject = "changed"
	if m.List()[0].Letter.Subject != "106" {
		t.Error("a list is the mailbox itself")
	}
}
