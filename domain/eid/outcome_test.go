package eid_test

import (
	"errors"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
)

func completed(t *testing.T, o eid.Order, e eid.Evidence) eid.Snapshot {
	t.Helper()
	s, _, err := eid.Open("s", "n", o, start, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Present("p", eid.Challenge{}, []byte("thread"), start); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Complete(e, start); err != nil {
		t.Fatal(err)
	}
	return s.Snapshot()
}

func full(t *testing.T) eid.Evidence {
	e := evidence()
	e.Provider, e.Number, e.Name, e.GivenName, e.Surname, e.Subject, e.TokenID = "p", anna(t), "Anna Andersson", "Anna", "Andersson", "anna", "token"
	e.Phone, e.Email, e.Address, e.Signatory = "+46700000000", "anna@example.com", "Storgatan 1", "Anna may sign."
	e.Device = "192.0.2.7"
	e.Proofs = []eid.Proof{{Kind: "signature", Data: []byte("x")}}
	e.Documents = []eid.Document{{ID: "d", Content: []byte("pdf")}}
	return e
}

func TestWhatNobodyAskedForIsForgotten(t *testing.T) {
	o := order()
	o.Wants = 0
	got := completed(t, o, full(t)).Evidence
	if !got.Number.IsZero() || got.Phone != "" || got.Email != "" || got.Address != "" || got.Signatory != "" {
		t.Error("what nobody asked for is still there")
	}
	if got.Name == "" || got.Subject == "" || got.Proofs != nil || len(got.Documents) != 1 || got.Documents[0].Content != nil {
		t.Error("the name is gone, or proofs and contents are not")
	}
	if got.Device != "" {
		t.Error("the address of the person's device is still there")
	}
	o.Wants = eid.WantNumber | eid.WantPhone | eid.WantEmail | eid.WantAddress | eid.WantSignatory | eid.WantProofs | eid.WantDevice
	got = completed(t, o, full(t)).Evidence
	if got.Number.IsZero() || got.Phone == "" || got.Email == "" || got.Address == "" || got.Signatory == "" || got.Device == "" || len(got.Proofs) != 1 {
		t.Error("what was asked for is gone")
	}
}

func TestAnAgeIsProvenAndNothingElseIsKept(t *testing.T) {
	born := func(year, month, day int) func(*eid.Evidence) {
		return func(e *eid.Evidence) {
			e.Number, e.BirthDate = identity.Number{}, identity.Date{Year: year, Month: month, Day: day}
		}
	}
	for name, c := range map[string]struct {
		change      func(*eid.Evidence)
		least, most int
		state       eid.State
		fits        bool
	}{
		"old enough, by the number":       {func(*eid.Evidence) {}, 18, 0, eid.Completed, true},
		"18 today":                        {born(2008, 6, 15), 18, 0, eid.Completed, true},
		"18 tomorrow":                     {born(2008, 6, 16), 18, 0, eid.Completed, false},
		"still 17":                        {born(2008, 6, 16), 0, 17, eid.Completed, true},
		"18, but at most 17 were allowed": {born(2008, 6, 15), 0, 17, eid.Completed, false},
		"within":                          {born(1990, 1, 1), 18, 40, eid.Completed, true},
		"above":                           {born(1980, 1, 1), 18, 40, eid.Completed, false},
		"nobody knows":                    {func(e *eid.Evidence) { e.Number = identity.Number{} }, 18, 0, eid.Failed, false},
		"the year decides":                {born(2020, 0, 0), 18, 0, eid.Completed, false},
		"the year does not decide":        {born(2008, 0, 0), 18, 0, eid.Failed, false},
	} {
		o := order()
		o.Operation, o.Require.LeastAge, o.Require.GreatestAge = eid.ProveAge, c.least, c.most
		e := full(t)
		c.change(&e)
		got := completed(t, o, e)
		if got.State != c.state || got.AgeFits != c.fits || c.state == eid.Failed && got.Reason != eid.ReasonAgeUnknown {
			t.Errorf("%s: %s %s, fits %v", name, got.State, got.Reason, got.AgeFits)
		}
		if p := got.Evidence; !p.Number.IsZero() || p.Name != "" || p.Subject != "" || p.BirthDate.Year != 0 || p.Address != "" || len(p.Documents) != 0 {
			t.Errorf("%s: more than the age is kept", name)
		}
	}
}

func TestAPageWaitsForItsPersonAndBelongsToOneBrowser(t *testing.T) {
	o := order()
	o.Channel = eid.Page
	s, _, err := eid.Open("s", "n", o, start, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	s.Invite("ticket", "https://gateway.example/s/ticket")
	facts, err := s.Bind(eid.Browser{Name: "one"}, start)
	if err != nil || len(facts) != 1 || facts[0].Kind != audit.SessionBound {
		t.Fatalf("got %v and %v", facts, err)
	}
	if again, err := s.Bind(eid.Browser{Name: "one"}, start); err != nil || len(again) != 0 {
		t.Errorf("the same browser again: %v and %v", again, err)
	}
	if _, err := s.Bind(eid.Browser{Name: "two"}, start); !errors.Is(err, eid.ErrOtherBrowser) {
		t.Errorf("another browser: %v", err)
	}
	s.Expire(start.Add(time.Hour))
	if got := s.Snapshot(); got.State != eid.Expired || got.Challenge.URL != "" {
		t.Errorf("a page that nobody comes to is %s %s", got.State, got.Reason)
	}
	if _, err := s.Bind(eid.Browser{Name: "one"}, start); !errors.Is(err, eid.ErrSettled) {
		t.Errorf("after the end: %v", err)
	}
}

func TestWhoOnlyWatchedLosesNothing(t *testing.T) {
	for owner, want := range map[string]eid.State{eid.Watcher("p"): eid.Expired, "exchange": eid.Failed} {
		s := pending(t)
		if err := s.Take(owner, start, time.Minute); err != nil {
			t.Fatal(err)
		}
		s.Expire(start.Add(time.Hour))
		if got := s.Snapshot(); got.State != want {
			t.Errorf("claimed by %s: %s %s", owner, got.State, got.Reason)
		}
	}
}

func TestProgressIsToldWhenThereIsSome(t *testing.T) {
	s := pending(t)
	steps := []struct {
		p       eid.Progress
		changed bool
		told    int
	}{
		{eid.Progress{}, false, 0},
		{eid.Progress{Hint: eid.HintStarted}, true, 1},
		{eid.Progress{Hint: eid.HintStarted}, false, 0},
		{eid.Progress{Challenge: &eid.Challenge{QR: "1"}}, true, 0},
		{eid.Progress{Challenge: &eid.Challenge{QR: "1"}}, false, 0},
		{eid.Progress{Thread: []byte("next")}, true, 0},
		{eid.Progress{Thread: []byte("next")}, false, 0},
	}
	for i, step := range steps {
		facts, changed, err := s.Proceed(step.p, start)
		if err != nil || changed != step.changed || len(facts) != step.told {
			t.Errorf("step %d: changed %v, told %d: %v", i, changed, len(facts), err)
		}
	}
	if _, _, err := s.Proceed(eid.Progress{Hint: eid.HintSigning}, start.Add(time.Hour)); !errors.Is(err, eid.ErrExpired) {
		t.Errorf("after its time: %v", err)
	}
}

func TestEveryAppIsOpenedByItsOwnLink(t *testing.T) {
	for _, c := range []struct {
		eid   eid.EID
		phone bool
		back  string
		want  string
	}{
		{eid.SEBankID, false, "https://x.example/?a=1", "bankid:///?autostarttoken=a+b&redirect=null"},
		{eid.SEBankID, true, "", "https://app.bankid.com/?autostarttoken=a+b&redirect=null"},
		{eid.SEBankID, true, "https://x.example/?a=1&b=2", "https://app.bankid.com/?autostarttoken=a+b&redirect=https%3A%2F%2Fx.example%2F%3Fa%3D1%26b%3D2"},
		{eid.SEFreja, true, "", "frejaeid://bindUserToTransaction?transactionReference=a+b"},
		{eid.SEFreja, false, "https://x.example/", "frejaeid://bindUserToTransaction?transactionReference=a+b"},
		{eid.SEFreja, true, "https://x.example/?a=1", "frejaeid://bindUserToTransaction?transactionReference=a+b&originAppScheme=https%3A%2F%2Fx.example%2F%3Fa%3D1"},
		{eid.NOBankID, true, "", ""},
	} {
		if got := c.eid.LaunchLink("a b", c.phone, c.back); got != c.want {
			t.Errorf("%s: got %s", c.eid, got)
		}
	}
	if eid.SEBankID.LaunchLink("", true, "") != "" {
		t.Error("a link without a token")
	}
}
