// Package pdf looks at PDF documents and signs them (ISO 32000-1, sections 7.5 and 12.8).
//
// The reader is made for what strangers upload. It repairs nothing: a file whose cross-reference cannot be followed as
// it stands is refused, because two readers that repair may see two documents, and a signature is about one. It reads
// only what a signature needs to know (cross-reference, catalog, the way to the first page, the form), and each
// document has a budget: of bytes looked at, of values, of cross-reference entries, of what streams unpack to.
// A signature is appended as an incremental update; the bytes before it stay as they were.
package pdf
