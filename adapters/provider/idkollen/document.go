package idkollen

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"mime"
	"mime/multipart"
	"net/http"
	"net/textproto"

	"github.com/eidgate/eidgate/adapters/provider"
	"github.com/eidgate/eidgate/domain/eid"
)

// documents is where PDF files are kept for signing.
const documents = "/v3/document"

// mostSigned bounds a document as it comes back: the signature comes on top of it.
const mostSigned = 2 * eid.MostDocument

var (
	pdf      = []byte("%PDF-")
	errPaper = errors.New("idkollen: what came is not the document as signed")
)

// upload hands a document over and gives IDkollen's name for it. One that is there already harms nobody, so every failure
// of the way leaves nothing done that counts.
func (p *Provider) upload(ctx context.Context, d eid.Document) (string, error) {
	if !bytes.HasPrefix(d.Content, pdf) || len(d.Content) > eid.MostDocument {
		return "", eid.ErrOrderRefused.Because(eid.ErrNotPDF)
	}
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	name := d.Name
	if name == "" {
		name = "document.pdf"
	}
	part, err := w.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {mime.FormatMediaType("form-data", map[string]string{"name": "file", "filename": name})},
		"Content-Type":        {"application/pdf"},
	})
	if err == nil {
		_, err = part.Write(d.Content)
	}
	if err = errors.Join(err, w.Close()); err != nil {
		return "", eid.ErrOrderRefused.Because(errTransport)
	}
	got, _, err := p.ask(ctx, http.MethodPost, documents, &payload{kind: w.FormDataContentType(), data: form.Bytes()})
	switch {
	case err != nil:
		return "", eid.ErrProvider.Because(err)
	case got.status == http.StatusBadRequest, got.status == http.StatusRequestEntityTooLarge, got.status == http.StatusUnprocessableEntity:
		return "", eid.ErrOrderRefused.Because(got.status)
	case got.status < 200 || got.status > 299:
		return "", p.unwilling(got)
	}
	var o provider.Object
	if provider.ReadObject(got.body, &o) != nil {
		return "", eid.ErrProvider.Because(errGarbage)
	}
	f := provider.Members{Of: o}
	id := f.Text("id")
	if f.Wrong || !sane(id) {
		return "", eid.ErrProvider.Because(errGarbage)
	}
	return id, nil
}

// collect fetches the signed documents, one for each that was handed over and in the same order, and then deletes what
// was handed over. What was signed stays at IDkollen: until our own store has it, it is the only copy.
func (p *Provider) collect(ctx context.Context, given []paperThread, signed []paper) ([]eid.Document, error) {
	if len(signed) != len(given) {
		return nil, eid.ErrEvidenceRejected.Because(errPaper)
	}
	seen := map[string]bool{}
	var all []eid.Document
	for i, g := range given {
		id := signed[i].id
		if !sane(id) || seen[id] {
			return nil, eid.ErrEvidenceRejected.Because(errPaper)
		}
		seen[id] = true
		got, _, err := p.ask(ctx, http.MethodGet, documents+"/"+id, &payload{most: mostSigned})
		switch {
		case err != nil:
			return nil, eid.ErrProvider.Because(err)
		case got.status == http.StatusNotFound:
			return nil, eid.ErrOrderGone.Because(got.status)
		case got.status != http.StatusOK:
			return nil, p.unwilling(got)
		case !bytes.HasPrefix(got.body, pdf):
			return nil, eid.ErrEvidenceRejected.Because(errPaper)
		}
		sum := sha256.Sum256(got.body)
		all = append(all, eid.Document{ID: g.ID, Name: g.Name, Hash: hex.EncodeToString(sum[:]), Content: got.body})
	}
	var done []paperThread
	for _, g := range given {
		if !seen[g.Uploaded] {
			done = append(done, g)
		}
	}
	p.forget(ctx, done)
	return all, nil
}

// forget deletes what was handed over, as well as can be, also for callers who have left.
func (p *Provider) forget(ctx context.Context, given []paperThread) {
	ctx = context.WithoutCancel(ctx)
	for _, g := range given {
		if _, _, err := p.ask(ctx, http.MethodDelete, documents+"/"+g.Uploaded, nil); err != nil {
			return // whoever does not answer once will not answer for the rest
		}
	}
}
