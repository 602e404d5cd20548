package sqlstore_test

import (
	"context"
	_ "embed"
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/sqlstore"
	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/contract"
)

// One session as it was sealed when a browser was but a name and nobody could choose an eID: packed, and in the JSON of
// before. A version that had no choices wrote the bytes.
var (
	//go:embed testdata/session_of_one_browser.packed
	packedBefore []byte
	//go:embed testdata/session_of_one_browser.json
	jsonBefore []byte
	// And everything that a session kept when nothing could be said to one eID alone, with the contents of [filled].
	//go:embed testdata/session_with_choices.packed
	choicesBefore []byte
)

// sessionBefore is what that version had put into them.
func sessionBefore(t *testing.T) eid.Snapshot {
	t.Helper()
	number, err := identity.ParseCanonical(identity.DK, identity.KindCPR, "0101900007")
	if err != nil {
		t.Fatal(err)
	}
	at := time.UnixMicro(1767225600123456).UTC()
	return eid.Snapshot{
		ID: "s1", Nonce: "nonce", State: eid.Completed, Ticket: "ticket", Browser: eid.Browser{Name: "hash of a browser"}, Provider: "simulator",
		Order: eid.Order{
			Scope: scope, Client: "c1", OnBehalfOf: "O", Surface: "eid", EID: eid.DKMitID, Operation: eid.Sign, Channel: eid.Page,
			Context: "urn:example:context",
			Require: eid.Requirement{Person: number, Assurance: 3, PIN: true, Registration: "PLUS", LeastAge: 18, GreatestAge: 67},
			Wants:   eid.WantNumber | eid.WantEmail, Account: 12, ReturnTo: "https://a.example/", NotifyAt: "https://b.example/",
			Correlation: "\xff reference", Language: "sv", Annex: []byte{0, 0xff}, Text: "text", Digest: "digest",
			Documents: []eid.Document{{ID: "d1", Name: "name", Hash: "hash"}}, Company: number, Phone: "+4512345678", BindingMessage: "binding",
			CallInitiator: "user", PersonAddress: "192.0.2.1",
		},
		Challenge: eid.Challenge{
			URL: "https://x.example/", Action: "https://x.example", Params: map[string]string{"state": "s"}, AppToken: "app", QR: "qr",
			Animated: eid.AnimatedQR{Token: "t", Secret: "s", Start: at}, BindingMessage: "compare",
		},
		Thread: []byte("thread"), Hint: "hint", AgeFits: true, Reason: "reason",
		Evidence: eid.Evidence{
			Provider: "simulator", EID: eid.DKMitID, Context: "urn:example:context", Assurance: 3, Number: number, Malformed: true,
			Name: "Mette Madsen", GivenName: "Mette", Surname: "Madsen", BirthDate: identity.Date{Year: 1990, Month: 1, Day: 1},
			Phone: "+4512345678", Email: "mette@example.com", Address: "Gade 1", Signatory: "alone",
			ValidFrom: identity.Date{Year: 2020, Month: 2, Day: 2}, PersonID: "person", IssuerID: "issuer", Subject: "subject", Nonce: "nonce",
			TokenID: "token", IssuedAt: at, Simulated: true, Signature: eid.Signature{Person: "p", Merchant: "m", Hash: "h", Checksum: "c"},
			Documents: []eid.Document{{ID: "d2", Name: "n2", Hash: "h2"}},
		},
		OpenedAt: time.UnixMicro(1).UTC(), ExpiresAt: time.UnixMicro(2).UTC(), SettledAt: time.UnixMicro(2).UTC(), Version: 3, Sequence: 2,
	}
}

func TestASessionFromBeforeThereWereChoicesIsReadWhole(t *testing.T) {
	for name, url := range urls {
		t.Run(name, func(t *testing.T) {
			address, ring := url(t), contract.NewRing("one")
			founded(t, name, address, 4)
			db := raw(t, address)
			for form, clear := range map[string][]byte{"packed": packedBefore, "json": jsonBefore} {
				sealed, key, err := ring.Seal(t.Context(), outbound.Place{Scope: scope, Record: "session/" + form, Field: "order"}, clear)
				if err != nil {
					t.Fatal(err)
				}
				if _, err = db.Exec(db.Rebind(`INSERT INTO sessions (id, organization, environment, state, account, opened_at, expires_at, settled_at,
					claim_owner, version, sequence, sealed, sealed_key) VALUES (?, 'o1', 'production', 'completed', 12, 1, 2, 2, '', 3, 2, ?, ?)`),
					form, sealed, key); err != nil {
					t.Fatal(err)
				}
			}
			s := open(t, sqlstore.Config{URL: address}, ring)
			for _, form := range []string{"packed", "json"} {
				want := sessionBefore(t)
				want.ID = form
				find := func() (got eid.Snapshot) {
					err := s.View(t.Context(), func(ctx context.Context, r outbound.Reader) error {
						one, err := r.Sessions().Find(ctx, scope, form)
						if err == nil {
							got = one.Snapshot()
						}
						return err
					})
					if err != nil {
						t.Fatalf("%s: %v", form, err)
					}
					return got
				}
				if got := find(); !reflect.DeepEqual(got, want) {
					t.Errorf("%s: it is read otherwise than it was written", form)
				}
				// Written anew, it is packed as sessions are now. Tickets are unique.
				want.Ticket += " of " + form
				if err := s.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error { return tx.Sessions().Save(ctx, eid.Restore(want)) }); err != nil {
					t.Fatal(err)
				}
				if want.Version = 4; !reflect.DeepEqual(find(), want) {
					t.Errorf("%s: written anew, it is another", form)
				}
			}
		})
	}
}

// TestWhatWasPackedBeforeIsPackedAlike: a session that has nothing new in it costs no byte more, and an older version that
// serves beside this one reads it.
func TestWhatWasPackedBeforeIsPackedAlike(t *testing.T) {
	for name, before := range map[string][]byte{"one browser": packedBefore, "choices": choicesBefore} {
		read, err := sqlstore.Unpacked(before)
		if err != nil {
			t.Fatal(err)
		}
		if string(packed(t, read)) != string(before) || read.Order.Particulars != nil {
			t.Errorf("%s: the bytes are others", name)
		}
	}
}

func TestUsageCountsWhatWasToldBefore(t *testing.T) {
	for name, url := range urls {
		t.Run(name, func(t *testing.T) {
			address := url(t)
			founded(t, name, address, 4)
			db := raw(t, address)
			if _, err := db.Exec(`INSERT INTO facts (organization, environment, kind, subject, sequence, at, actor, details) VALUES
				('o1', 'production', 'session.completed', 'session/s1', 3, 7, 'system', '{"eid":"se.bankid","provider":"criipto"}'),
				('o1', 'production', 'session.completed', 'session/s2', 3, 8, 'system', ''),
				('o1', 'production', 'session.pending', 'session/s3', 3, 8, 'system', '{"provider":"criipto"}')`); err != nil {
				t.Fatal(err)
			}
			s := open(t, sqlstore.Config{URL: address}, contract.NewRing("one"))
			line := func(e eid.EID) audit.Usage {
				return audit.Usage{
					Organization: "o1", Environment: string(organization.Production), EID: string(e), Operation: string(eid.Authenticate),
					State: string(eid.Completed), Sessions: 1,
				}
			}
			err := s.View(t.Context(), func(ctx context.Context, r outbound.Reader) error {
				got, err1 := r.Facts().Usage(ctx, time.UnixMicro(7), time.UnixMicro(9))
				later, err2 := r.Facts().Usage(ctx, time.UnixMicro(9), time.UnixMicro(99))
				if want := []audit.Usage{line(""), line(eid.SEBankID)}; !reflect.DeepEqual(got, want) || len(later) > 0 {
					t.Errorf("got %+v, and later %+v", got, later)
				}
				return errors.Join(err1, err2)
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}
