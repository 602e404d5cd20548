package eid

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/organization"
)

// What can be wrong with a document.
var (
	ErrNoDocument = fault.New(fault.NotFound, "document_unknown", "There is no such document.")
	// ErrDocumentNamed refuses an order for a document that is not there, or not any more.
	ErrDocumentNamed = fault.New(fault.Invalid, "document_not_found", "The order names a document that does not exist.")
	ErrNotPDF        = fault.New(fault.Invalid, "document_not_pdf", "The file is not a PDF document that can be signed.")
	ErrTooLarge      = fault.New(fault.Invalid, "document_too_large", "A document has at most 10 MiB.")
)

// MostDocument is how many bytes a document may have.
const MostDocument = 10 << 20

// mostFileName is how many characters of a file's name are kept.
const mostFileName = 200

// NewDocument makes a document of what somebody uploaded. The name is shown to people, so it is cut down to the last
// part of a path, without characters that cannot be seen, and to 200 characters; where nothing is left of it, the
// document is called "document.pdf". It fails with ErrTooLarge; whether the content is a PDF is not looked at.
func NewDocument(id, name string, content []byte) (Document, error) {
	if len(content) > MostDocument {
		return Document{}, ErrTooLarge
	}
	sum := sha256.Sum256(content)
	return Document{ID: id, Name: fileName(name), Hash: hex.EncodeToString(sum[:]), Content: content}, nil
}

func fileName(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.TrimSpace(strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) || r == utf8.RuneError {
			return -1
		}
		return r
	}, name))
	if letters := []rune(name); len(letters) > mostFileName {
		name = string(letters[:mostFileName])
	}
	if strings.Trim(name, ". ") == "" {
		return "document.pdf"
	}
	return name
}

// Uploaded tells that a client of the scope has uploaded the document: the first fact of it.
func (d Document) Uploaded(scope organization.Scope, client string, now time.Time) []audit.Fact {
	return d.fact(audit.DocumentUploaded, scope, 1, client, now, map[string]string{"bytes": strconv.Itoa(len(d.Content))})
}

// Removed tells that a client of the scope has removed the document, before its time: one that was uploaded, or one
// that a session has signed, of which this is the first fact.
func (d Document) Removed(scope organization.Scope, session, client string, now time.Time) []audit.Fact {
	if session != "" {
		return d.fact(audit.DocumentRemoved, scope, 1, client, now, map[string]string{"session": session})
	}
	return d.fact(audit.DocumentRemoved, scope, 2, client, now, nil)
}

// fact says nothing of name and content: both are the uploader's own words.
func (d Document) fact(kind string, scope organization.Scope, sequence int64, client string, now time.Time, details map[string]string) []audit.Fact {
	return []audit.Fact{{
		Organization: scope.Organization, Environment: string(scope.Environment), Kind: kind, Subject: "document/" + d.ID,
		Sequence: sequence, At: now, Actor: "client/" + client, Details: details,
	}}
}
