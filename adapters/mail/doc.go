// Package mail sends letters: over SMTP (RFC 5321), into a mailbox of this process for development, or not at all.
//
// A letter's fields are data. An address is one plain address or nothing is sent; a subject becomes one line; a text is
// encoded so that no line of it is a command, a header or the end of the letter.
package mail
