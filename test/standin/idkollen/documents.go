package idkollen

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"

	"github.com/google/uuid"
)

// upload takes one PDF file, in one part named file.
func (s *Service) upload(w http.ResponseWriter, r *http.Request) {
	parts, err := r.MultipartReader()
	if err != nil {
		refuse(w, http.StatusBadRequest, "multipart/form-data is wanted")
		return
	}
	part, err := parts.NextPart()
	if err != nil || part.FormName() != "file" || part.FileName() == "" || part.Header.Get("Content-Type") != "application/pdf" {
		refuse(w, http.StatusBadRequest, "one part named file, of application/pdf")
		return
	}
	content, err := io.ReadAll(io.LimitReader(part, 20<<20))
	if err != nil || !bytes.HasPrefix(content, []byte("%PDF-")) {
		refuse(w, http.StatusBadRequest, "no PDF")
		return
	}
	if _, err := parts.NextPart(); err != io.EOF {
		refuse(w, http.StatusBadRequest, "one file at a time")
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	id := uuid.NewString()
	s.papers[id] = content
	answer(w, http.StatusCreated, map[string]string{"id": id, "hash": hash(content)})
}

func hash(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// signPapers makes the signed copies of an order's documents.
func (s *Service) signPapers(o *order) {
	list, _ := o.request["documents"].([]any)
	if o.status != "COMPLETED" || len(list) == 0 {
		return
	}
	for _, given := range list {
		name, _ := given.(string)
		id, signed := uuid.NewString(), append(bytes.Clone(s.papers[name]), "% signed by "+o.person.given+"\n"...)
		s.papers[id] = signed
		o.signed = append(o.signed, map[string]any{"id": id, "hash": hash(signed)})
	}
}

func (s *Service) download(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	content := s.papers[r.PathValue("id")]
	s.mu.Unlock()
	if content == nil {
		refuse(w, http.StatusNotFound, "Invalid or expired")
		return
	}
	w.Header().Set("Content-Type", "application/pdf")
	_, _ = w.Write(content)
}

func (s *Service) remove(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.papers[r.PathValue("id")] == nil {
		refuse(w, http.StatusNotFound, "Invalid or expired")
		return
	}
	delete(s.papers, r.PathValue("id"))
	w.WriteHeader(http.StatusNoContent)
}

// Papers tells how many documents are kept.
func (s *Service) Papers() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.papers)
}

// Card is the text of the QR code of a person's digital identity card.
func Card(who string) string { return "BANKIDF." + people[who].number }

// verifyCard reads cards that [Card] made.
func (s *Service) verifyCard(w http.ResponseWriter, r *http.Request) {
	var body map[string]string
	if json.NewDecoder(io.LimitReader(r.Body, 1<<16)).Decode(&body) != nil || len(body) != 1 || body["qrCode"] == "" {
		refuse(w, http.StatusBadRequest, "qrCode")
		return
	}
	number, found := bytes.CutPrefix([]byte(body["qrCode"]), []byte("BANKIDF."))
	p := named(string(number))
	if !found || len(p.number) != 12 {
		refuse(w, http.StatusBadRequest, "verificationFailed")
		return
	}
	card := map[string]any{
		"ssn": p.number, "name": p.given + " " + p.surname, "givenName": p.given, "surname": p.surname, "age": 40,
		"verifiedAt": s.now().UTC().Format("2006-01-02"),
	}
	s.mu.Lock()
	if s.twist != nil {
		s.twist(card)
	}
	s.mu.Unlock()
	answer(w, http.StatusOK, card)
}
