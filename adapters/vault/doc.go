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
//	version (1 byte) | length of the key's id (1 byte) | the key's id | a wrapped data key (72 bytes) | the value
//
// Every value has a data key of its own, wrapped by the ring's key; both are used with Tink's XChaCha20-Poly1305,
// whose wide nonces let one key wrap as many data keys as it pleases without ever drawing a nonce twice.
// Associated data of both is what stands before the wrapped key, and the place. Tink has an envelope of its own,
// but takes the data key through its registry each time, which costs as much again as all the rest.
package vault
