package contract

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

var storeSecrets = []storePromise{
	{"are not in the database in any spelling", func(t *testing.T, s *Storage) {
		ssn, other := canonical(t, identity.SE, identity.KindPersonnummer, "191212121212"), canonical(t, identity.FI, identity.KindHetu, "131052-308T")
		a := storeAccount(storeScope, 12)
		a.Country, a.Number, a.PasswordHash = identity.SE, ssn, "hash-of-password"
		a.Profile = account.Profile{
			FirstName: "Hjördis", LastName: "Vidfamne", Email: "Hjordis.Vidfamne@example.com", Phone: "+46701740605",
			Street: "Storgatan 17", Zip: "98765", City: "Kiruna", Language: "SV",
		}
		one := storeSession(storeScope, "s1")
		one.Order.Correlation, one.Order.ReturnTo, one.Order.Annex = "my-own-reference", "https://secret-return.example/", []byte("annexed-words")
		one.Order.Require.Person, one.Thread = other, []byte("thread-of-provider")
		one.Challenge = eid.Challenge{URL: "https://provider.example/authorize?x=1", Params: map[string]string{"login_hint": "hint-of-login"}}
		one.Order.Text, one.Order.Digest, one.Order.BindingMessage = "text-for-person", "digest-of-order", "binding-of-order"
		one.Order.Documents = []eid.Document{{ID: "d1", Name: "name-within-order", Hash: "hash-within-order"}}
		one.Order.Phone, one.Order.PersonAddress, one.Order.NotifyAt = "+46700000017", "192.0.2.177", "https://notify-at.example/"
		one.Challenge.AppToken, one.Challenge.QR = "token-for-app", "picture-of-code"
		one.Challenge.Animated = eid.AnimatedQR{Token: "token-of-code", Secret: "secret-of-code", Start: storeNow}
		one.Ticket = "ticket-of-session"
		one.Browser = eid.Browser{Name: "hash-of-browser", Address: "192.0.2.178", Agent: "name-of-browser"}
		one.Order.Tags, one.Order.Usage, one.Order.Theme = []string{"tag-of-session"}, "usage-of-session", "theme-of-page"
		one.Order.Particulars = []eid.Particular{{EID: eid.DKMitID, Text: "text-for-one-alone"}}
		one.Order.Frames = []string{"https://frame-of-page.example"}
		one.Evidence = eid.Evidence{
			Provider: "simulator", Number: ssn, Name: "Hjördis Vidfamne", GivenName: "Hjördis", Surname: "Vidfamne",
			BirthDate: identity.Date{Year: 1912, Month: 12, Day: 12}, Subject: "subject-of-provider", TokenID: "token-of-provider",
			Phone: "+46700000018", Email: "vouched@example.com", Address: "Vouched street", Signatory: "Signs alone",
			PersonID: "scheme-id-of-person", Signature: eid.Signature{Person: "signed-by-person", Merchant: "signed-by-merchant"},
			Device: "192.0.2.179", Proofs: []eid.Proof{{Kind: "kind-of-proof", MediaType: "text/xml", Data: []byte("proof-of-session")}},
		}
		s.do(t, func(ctx context.Context, tx outbound.Tx) error {
			return errors.Join(
				tx.Accounts().Save(ctx, account.Restore(a)), tx.Sessions().Save(ctx, eid.Restore(one)), tx.Blocklist().Add(ctx, other),
				tx.Receipts().Add(ctx, storeScope, "create", "command-of-caller", "result-of-command", storeNow),
				tx.Spent().Spend(ctx, storeScope, "token", "spent-by-caller", storeNow.Add(time.Hour)),
				tx.Clients().Add(ctx, storeClient(storeScope, "c1", organization.KindEID, "web")),
				tx.Documents().Add(ctx, storeDocument(storeScope, "d1")), tx.Evidence().Add(ctx, storeProven(storeScope, "s1")),
				tx.Callbacks().Add(ctx, storeCallback(storeScope, "s1")),
			)
		})
		s.keepUsers(t)
		dump := bytes.ToLower(s.Dump(t))
		for _, known := range []string{storeHome.ID, "session", "home ab"} {
			if !bytes.Contains(dump, []byte(known)) {
				t.Fatalf("the dump lacks %q, so it proves nothing", known)
			}
		}
		for _, secret := range []string{
			"191212121212", "1212121212", "121212-1212", "19121212-1212", "121212", "131052-308T", "131052308T", "131052", "1912-12-12",
			"Hjördis", "Vidfamne", "Hjordis.Vidfamne@example.com", "+46701740605", "0701740605", "701740605", "Storgatan", "98765", "Kiruna",
			"hash-of-password", "my-own-reference", "secret-return", "annexed-words", "thread-of-provider", "provider.example", "hint-of-login",
			"subject-of-provider", "token-of-provider", "command-of-caller", "result-of-command", "spent-by-caller", one.Nonce,
			"text-for-person", "digest-of-order", "binding-of-order", "name-within-order", "hash-within-order", "+46700000017", "192.0.2.177",
			"notify-at.example", "token-for-app", "picture-of-code", "token-of-code", "secret-of-code", "ticket-of-session", "hash-of-browser",
			"+46700000018", "vouched@example.com", "Vouched street", "Signs alone", "scheme-id-of-person", "signed-by-person", "signed-by-merchant",
			"callback-key-of-client", "name-of-document", "hash-of-document", "content-of-document", "signature-of-person", "answer-of-responder",
			"address-of-news", "body-of-news", "u1.Hjordis@example.com", "Hjorta", "Lappland", "sv-SE", "Europe/Stockholm", "+46 70-174 06 05",
			"192.0.2.178", "192.0.2.179", "name-of-browser", "tag-of-session", "usage-of-session", "theme-of-page", "frame-of-page",
			"text-for-one-alone",
			"kind-of-proof", "proof-of-session", "picture.example", "page.example", "website.example", "value-of-user",
		} {
			for how, spelled := range spellings(secret) {
				if bytes.Contains(dump, bytes.ToLower(spelled)) {
					t.Errorf("%q stands in the database, %s", secret, how)
				}
			}
		}
	}},
	{"that were moved to another record are refused", func(t *testing.T, s *Storage) {
		first, second := storeAccount(storeScope, 1), storeAccount(storeScope, 2)
		first.Number, second.Number = storeNumber(t, 1), storeNumber(t, 2)
		s.save(t, first, second)
		s.open(t, storeSession(storeScope, "s1"), storeSession(storeScope, "s2"))
		s.do(t, func(ctx context.Context, tx outbound.Tx) error {
			return errors.Join(tx.Clients().Add(ctx, storeClient(storeScope, "c1", organization.KindSSO, "x")),
				tx.Clients().Add(ctx, storeClient(storeScope, "c2", organization.KindSSO, "y")),
				tx.Documents().Add(ctx, storeDocument(storeScope, "d1")), tx.Documents().Add(ctx, storeDocument(storeScope, "d2")),
				tx.Evidence().Add(ctx, storeProven(storeScope, "s1")), tx.Evidence().Add(ctx, storeProven(storeScope, "s2")),
				tx.Callbacks().Add(ctx, storeCallback(storeScope, "s1")), tx.Callbacks().Add(ctx, storeCallback(storeScope, "s2")),
				tx.Tokens().Add(ctx, storeToken(storeScope, 1, 1, "c1")),
				tx.Receipts().Add(ctx, storeScope, "create", "1", "one", storeNow), tx.Receipts().Add(ctx, storeScope, "delete", "1", "two", storeNow))
		})
		for table, keys := range map[string][3]any{
			"accounts": {"id", int64(1), int64(2)}, "sessions": {"id", "s1", "s2"}, "receipts": {"command", "create", "delete"},
			"clients": {"id", "c1", "c2"}, "documents": {"id", "d1", "d2"}, "evidence": {"session", "s1", "s2"}, "callbacks": {"session", "s1", "s2"},
		} {
			s.Exec(t, fmt.Sprintf(`UPDATE %s SET sealed = (SELECT o.sealed FROM %[1]s o WHERE o.%s = ?) WHERE %[2]s = ?`, table, keys[0]), keys[2], keys[1])
		}
		reads := map[string]func(ctx context.Context, r outbound.Reader) error{
			"the account": func(ctx context.Context, r outbound.Reader) error {
				_, err := r.Accounts().Find(ctx, storeScope, 1)
				return err
			},
			"its address": func(ctx context.Context, r outbound.Reader) error {
				_, err := r.Accounts().FindByEmail(ctx, storeScope, "mette1@example.com")
				return err
			},
			"its list": func(ctx context.Context, r outbound.Reader) error {
				_, _, err := r.Accounts().List(ctx, storeScope, outbound.Page{Limit: 9})
				return err
			},
			"its bearer": func(ctx context.Context, r outbound.Reader) error { _, err := r.Tokens().Bearer(ctx, 1); return err },
			"the session": func(ctx context.Context, r outbound.Reader) error {
				_, err := r.Sessions().Find(ctx, storeScope, "s1")
				return err
			},
			"the receipt": func(ctx context.Context, r outbound.Reader) error {
				_, _, err := r.Receipts().Find(ctx, storeScope, "create", "1")
				return err
			},
			"the client": func(ctx context.Context, r outbound.Reader) error { _, err := r.Clients().Find(ctx, "c1"); return err },
			"the document": func(ctx context.Context, r outbound.Reader) error {
				_, err := r.Documents().Find(ctx, storeScope, "d1")
				return err
			},
			"the evidence": func(ctx context.Context, r outbound.Reader) error {
				_, err := r.Evidence().Find(ctx, storeScope, "s1")
				return err
			},
		}
		if got := storeNews(s.courier(t, 10, storeNow)); !slices.Equal(got, []string{"s2"}) {
			t.Errorf("the callbacks that can be read are %v", got)
		}
		for what, read := range reads {
			if err := s.View(t.Context(), read); !errors.Is(err, outbound.ErrSealBroken) {
				t.Errorf("%s: %v", what, err)
			}
		}
		if got := s.account(t, storeScope, 2); got.Number != second.Number {
			t.Error("the other account cannot be read")
		}
		if _, _, err := s.Rekey(t.Context(), 10); err != nil {
			t.Errorf("nothing has to move, and yet: %v", err)
		}
		s.Ring.Add("two")
		s.Ring.Activate("two")
		if err := storeRekey(t.Context(), s, 10); !errors.Is(err, outbound.ErrSealBroken) {
			t.Errorf("moved what it could not read: %v", err)
		}
	}},
	{"that were changed, or whose key is gone, are refused", func(t *testing.T, s *Storage) {
		s.save(t, storeAccount(storeScope, 1), storeAccount(storeScope, 2))
		s.Exec(t, `UPDATE accounts SET sealed = ? WHERE id = ?`, []byte("nonsense"), int64(1))
		find := func(id int64) error {
			return s.View(t.Context(), func(ctx context.Context, r outbound.Reader) error {
				_, err := r.Accounts().Find(ctx, storeScope, id)
				return err
			})
		}
		if err := find(1); !errors.Is(err, outbound.ErrSealBroken) {
			t.Errorf("changed: %v", err)
		}
		s.Ring.Add("two")
		s.Ring.Remove("one")
		if err := find(2); !errors.Is(err, outbound.ErrSealBroken) {
			t.Errorf("without its key: %v", err)
		}
	}},
}

// spellings are ways in which a text could stand in a file without being seen at once.
func spellings(s string) map[string][]byte {
	wide := make([]byte, 0, 2*len(s))
	for _, u := range utf16.Encode([]rune(s)) {
		wide = append(wide, byte(u), byte(u>>8))
	}
	all := map[string][]byte{
		"as it is": []byte(s), "in UTF-16": wide, "in hexadecimal": []byte(hex.EncodeToString([]byte(s))),
		"with an escape": []byte(strings.ReplaceAll(s, "ö", `\u00f6`)),
	}
	// In base64 a text looks different at each of three places, and its ends run into its neighbours.
	for shift := range 3 {
		encoded := base64.StdEncoding.EncodeToString(append(make([]byte, shift), s...))
		if inner := encoded[shift*4/3+1 : len(encoded)-4]; shift > 0 && len(inner) >= 6 {
			all[fmt.Sprint("in base64, shifted by ", shift)] = []byte(inner)
		} else if shift == 0 && len(encoded) > 8 {
			all["in base64"] = []byte(encoded[:len(encoded)-4])
		}
	}
	return all
}
