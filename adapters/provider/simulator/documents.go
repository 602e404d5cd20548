package simulator

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/outbound"
)

// mostPapers bounds the memory that documents can take while their people think: ten of the largest, and some.
const mostPapers = 128 << 20

// papers keeps the documents of orders between Begin and the person's word, in memory alone: a restart loses them, and
// their orders come to nothing. The caller holds the lock.
type papers struct {
	kept  []paper // oldest first
	bytes int
}

type paper struct {
	session   string
	documents []eid.Document
	until     time.Time
	bytes     int
}

// keep takes a session's documents, at the cost of those whose time is over and of the oldest.
func (p *papers) keep(session string, documents []eid.Document, until, now time.Time) bool {
	one := paper{session: session, documents: slices.Clone(documents), until: until}
	for _, d := range documents {
		if len(d.Content) == 0 {
			return false
		}
		one.bytes += len(d.Content)
	}
	if one.bytes > mostPapers {
		return false
	}
	p.drop(func(old paper) bool { return old.session == session || !now.Before(old.until) })
	for p.bytes+one.bytes > mostPapers {
		oldest := p.kept[0].session
		p.drop(func(old paper) bool { return old.session == oldest })
	}
	p.kept, p.bytes = append(p.kept, one), p.bytes+one.bytes
	return true
}

func (p *papers) of(session string) []eid.Document {
	for _, one := range p.kept {
		if one.session == session {
			return one.documents
		}
	}
	return nil
}

func (p *papers) remove(session string) {
	p.drop(func(one paper) bool { return one.session == session })
}

func (p *papers) drop(which func(paper) bool) {
	p.kept = slices.DeleteFunc(p.kept, func(one paper) bool {
		if which(one) {
			p.bytes -= one.bytes
			return true
		}
		return false
	})
}

// letGo forgets the documents of a session that is over.
func (s *Simulator) letGo(session string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.papers.remove(session)
}

// signed are the order's documents with the person's signature, in the same order; nil when they are not here any more,
// or cannot be signed.
func (s *Simulator) signed(ctx context.Context, a asked, by *eid.Evidence) ([]eid.Document, error) {
	s.mu.Lock()
	documents := s.papers.of(a.Session)
	s.mu.Unlock()
	if s.config.Signer == nil {
		return nil, nil
	}
	var all []eid.Document
	for _, d := range documents {
		content, err := s.config.Signer.SignDocument(ctx, d.Content, outbound.DocumentSignature{
			Name: by.Name, Reason: "Simulated signature for " + a.Organization, At: by.IssuedAt,
		})
		switch {
		case errors.Is(err, eid.ErrNotPDF), errors.Is(err, eid.ErrTooLarge):
			return nil, nil
		case err != nil:
			return nil, eid.ErrProvider.Because(err)
		}
		sum := sha256.Sum256(content)
		all = append(all, eid.Document{ID: d.ID, Name: d.Name, Hash: hex.EncodeToString(sum[:]), Content: content})
	}
	return all, nil
}
