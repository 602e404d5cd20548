package eid

import "github.com/eidgate/eidgate/domain/fault"

// What can be wrong with a document.
var (
	ErrNoDocument = fault.New(fault.NotFound, "document_unknown", "There is no such document.")
	ErrNotPDF     = fault.New(fault.Invalid, "document_not_pdf", "The file is not a PDF document that can be signed.")
	ErrTooLarge   = fault.New(fault.Invalid, "document_too_large", "A document has at most 10 MiB.")
)

// MostDocument is how many bytes a document may have.
const MostDocument = 10 << 20
