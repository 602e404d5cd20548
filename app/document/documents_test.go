package document_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/pdf"
	"github.com/eidgate/eidgate/adapters/sqlstore"
	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/app/document"
	operator "github.com/eidgate/eidgate/app/organization"
	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/clock"
	"github.com/eidgate/eidgate/test/database"
)

const keep = 30 * 24 * time.Hour

// rig is a real store and the use cases over it.
type rig struct {
	*document.Documents
	store *sqlstore.Store
	clock *clock.Manual
	acme  organization.Scope
	other []organization.Scope // of another organization, and of another environment
}

func newRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{clock: clock.Stopped()}
	r.store, _ = database.Open(t, database.SQLite(t), r.clock)
	registry := &operator.Registry{Work: r.store, Clock: r.clock, IDs: system.IDs{}, Random: system.Random{}}
	acme, err := registry.Found(t.Context(), "Acme", []string{"login.acme.example"})
	if err != nil {
		t.Fatal(err)
	}
	other, err := registry.Found(t.Context(), "Other", []string{"login.other.example"})
	if err != nil {
		t.Fatal(err)
	}
	r.acme = acme.Scope(organization.Production)
	r.other = []organization.Scope{other.Scope(organization.Production), acme.Scope(organization.Sandbox)}
	r.Documents = &document.Documents{Work: r.store, Clock: r.clock, IDs: system.IDs{}, Inspector: pdf.Inspector{}, Keep: keep}
	return r
}

// file is the smallest document.
func file() []byte {
	var b strings.Builder
	b.WriteString("%PDF-1.4\n")
	table := "xref\n0 4\n0000000000 65535 f \n"
	for n, object := range []string{"<</Type /Catalog /Pages 2 0 R>>", "<</Type /Pages /Kids [3 0 R] /Count 1>>", "<</Type /Page /Parent 2 0 R /MediaBox [0 0 9 9]>>"} {
		table += fmt.Sprintf("%010d 00000 n \n", b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", n+1, object)
	}
	return fmt.Appendf(nil, "%s%strailer\n<</Size 4 /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", b.String(), table, b.Len())
}

func (r *rig) upload(t *testing.T) eid.Document {
	t.Helper()
	d, err := r.Upload(t.Context(), r.acme, "c1", "agreement.pdf", file())
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// told gives the facts about documents, in the order of the trail.
func (r *rig) told(t *testing.T) (facts []audit.Fact) {
	t.Helper()
	err := r.store.View(t.Context(), func(ctx context.Context, reader outbound.Reader) error {
		all, err := reader.Facts().List(ctx, r.acme, 0, 1000)
		for _, f := range all {
			if strings.HasPrefix(f.Subject, "document/") {
				facts = append(facts, f.Fact)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return facts
}

func (r *rig) add(t *testing.T, d outbound.KeptDocument) {
	t.Helper()
	if err := r.store.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error { return tx.Documents().Add(ctx, d) }); err != nil {
		t.Fatal(err)
	}
}

func TestWhatWasUploadedComesBackUntilItsTimeIsOver(t *testing.T) {
	r := newRig(t)
	d := r.upload(t)
	sum := sha256.Sum256(file())
	if d.Hash != hex.EncodeToString(sum[:]) || d.Content != nil || d.Name != "agreement.pdf" || d.ID == "" {
		t.Error("the answer to an upload lacks identifier, name or hash, or has the content")
	}
	back, err := r.Download(t.Context(), r.acme, d.ID)
	if err != nil || string(back.Content) != string(file()) || back.Hash != d.Hash {
		t.Error("another document comes back", err)
	}
	r.clock.Advance(keep - time.Microsecond)
	if _, err := r.Download(t.Context(), r.acme, d.ID); err != nil {
		t.Error(err)
	}
	r.clock.Advance(time.Microsecond)
	if _, err := r.Download(t.Context(), r.acme, d.ID); !errors.Is(err, eid.ErrNoDocument) {
		t.Error("a document outlives its time", err)
	}
	if err := r.Remove(t.Context(), r.acme, "c1", d.ID); !errors.Is(err, eid.ErrNoDocument) {
		t.Error("a document is removed after its time", err)
	}
}

func TestNobodyElseFindsADocument(t *testing.T) {
	r := newRig(t)
	d := r.upload(t)
	for _, scope := range r.other {
		if _, err := r.Download(t.Context(), scope, d.ID); !errors.Is(err, eid.ErrNoDocument) {
			t.Error("somebody else finds the document", err)
		}
		if err := r.Remove(t.Context(), scope, "c1", d.ID); !errors.Is(err, eid.ErrNoDocument) {
			t.Error("somebody else removes the document", err)
		}
	}
	if _, err := r.Download(t.Context(), r.acme, d.ID); err != nil {
		t.Error(err)
	}
}

func TestOnlyDocumentsAreKeptAndOnlySoLargeOnes(t *testing.T) {
	r := newRig(t)
	for _, c := range []struct {
		content []byte
		want    error
	}{
		{nil, eid.ErrNotPDF},
		{[]byte("<html>"), eid.ErrNotPDF},
		{append([]byte("%PDF-1.4\n"), make([]byte, eid.MostDocument)...), eid.ErrTooLarge},
	} {
		if _, err := r.Upload(t.Context(), r.acme, "c1", "a.pdf", c.content); !errors.Is(err, c.want) {
			t.Errorf("%d bytes: %v", len(c.content), err)
		}
	}
	if facts := r.told(t); len(facts) != 0 {
		t.Error("the trail tells of uploads that were refused")
	}
}

func TestTheTrailTellsOfUploadAndRemovalAndNotOfNames(t *testing.T) {
	r := newRig(t)
	d := r.upload(t)
	signed := outbound.KeptDocument{
		Document: eid.Document{ID: system.IDs{}.New(), Name: "signed.pdf", Hash: d.Hash, Content: file()},
		Scope:    r.acme, Session: "s1", CreatedAt: r.clock.Now(), KeptUntil: r.clock.Now().Add(keep),
	}
	r.add(t, signed)
	for _, id := range []string{d.ID, signed.ID} {
		if err := r.Remove(t.Context(), r.acme, "c2", id); err != nil {
			t.Fatal(err)
		}
		if err := r.Remove(t.Context(), r.acme, "c2", id); !errors.Is(err, eid.ErrNoDocument) {
			t.Error("a document is removed twice", err)
		}
	}
	var told []string
	for _, f := range r.told(t) {
		told = append(told, f.Kind+" "+f.ID()+" "+f.Actor)
		if text := fmt.Sprint(f.Details); strings.Contains(text, "agreement") || strings.Contains(text, d.Hash) {
			t.Error("a fact tells of name or content")
		}
	}
	want := []string{
		audit.DocumentUploaded + " document/" + d.ID + ".1 client/c1",
		audit.DocumentRemoved + " document/" + d.ID + ".2 client/c2",
		audit.DocumentRemoved + " document/" + signed.ID + ".1 client/c2",
	}
	if strings.Join(told, "\n") != strings.Join(want, "\n") {
		t.Errorf("the trail tells\n%s", strings.Join(told, "\n"))
	}
}

func TestWhatIsOverIsPurgedInBatchesAndNothingElse(t *testing.T) {
	r := newRig(t)
	const over = 230
	for i := range over + 1 {
		until := r.clock.Now()
		if i == over {
			until = until.Add(time.Microsecond)
		}
		id := fmt.Sprintf("00000000-0000-7000-8000-%012d", i)
		r.add(t, outbound.KeptDocument{Document: eid.Document{ID: id, Content: []byte("x")}, Scope: r.acme, CreatedAt: r.clock.Now(), KeptUntil: until})
		evidence := outbound.KeptEvidence{Session: id, Scope: r.acme, CreatedAt: r.clock.Now(), KeptUntil: until}
		if err := r.store.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error { return tx.Evidence().Add(ctx, evidence) }); err != nil {
			t.Fatal(err)
		}
	}
	purger := &document.Purger{Work: r.store, Clock: r.clock}
	for _, want := range []int{2 * over, 0} {
		if n, err := purger.Purge(t.Context()); n != want || err != nil {
			t.Errorf("%d are purged, not %d: %v", n, want, err)
		}
	}
	r.clock.Advance(time.Microsecond)
	if n, err := purger.Purge(t.Context()); n != 2 || err != nil {
		t.Error(n, err)
	}
}
