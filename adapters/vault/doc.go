// Package vault keeps the keys and works with them: it seals what is stored, fingerprints what must be found
// without being known, derives the secrets of other parts, and hashes people's passwords.
//
// All keys come from one file, the keyring:
//
//	{
//	  "format": 1,
//	  "root": "...",                            what Derive derives from; the same for life
//	  "keys": [                                 oldest first; exactly one is active
//	    {"id": "k1-5b0f2a9c", "created": "2026-11-22T01:02:03Z", "active": true,
//	     "sealing": "...", "fingerprint": "..."}
//	  ]
//	}
//
// Secrets are 32 bytes in base64. The active key seals; every key of the ring opens, and gives a fingerprint. So
// a key is changed while everybody serves: it is added, and every process reads it within a second; it is
// activated; what is stored is moved to it; the old one is removed.
//
// A sealed value is
//
//	version (1 byte) | length of the key's id (1 byte) | the key's id | Tink's envelope
//
// where the envelope is a data key of its own, wrapped by the ring's key with XChaCha20-Poly1305, and the value
// under that data key with AES-256-GCM. The wide nonce of the wrapping is what lets one key wrap as many data
// keys as it pleases without ever drawing a nonce twice. Associated data is all that stands before the envelope,
// and the place.
package vault
