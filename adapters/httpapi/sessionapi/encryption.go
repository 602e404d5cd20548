package sessionapi

import (
	"bytes"
	"encoding/json"

	"github.com/go-jose/go-jose/v4"
	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
)

// contentTypeJOSE is what encrypted answers are sent as, to the letter: callers compare it without looking for parameters.
const contentTypeJOSE = "application/jose"

// encrypt gives a compact JWE (RFC 7516, section 7.1) that the key's owner alone can read. Its content is encrypted with
// A256CBC-HS512, which the key reaches by RSA-OAEP or by direct key agreement (RFC 7518, sections 4.3 and 4.6).
func (k *encryptionKey) encrypt(content []byte) (string, error) {
	public, err := k.public()
	if err != nil {
		return "", err
	}
	to := jose.Recipient{Algorithm: jose.RSA_OAEP, Key: public, KeyID: k.Kid}
	if k.Type == keyTypeEC {
		to.Algorithm = jose.ECDH_ES
	}
	encrypter, err := jose.NewEncrypter(jose.A256CBC_HS512, to, (&jose.EncrypterOptions{}).WithContentType(fiber.MIMEApplicationJSON))
	if err != nil {
		return "", err
	}
	sealed, err := encrypter.Encrypt(content)
	if err != nil {
		return "", err
	}
	return sealed.CompactSerialize()
}

// write answers with v as JSON, encrypted for the session's key; nil is the key of a session that has none.
func (k *encryptionKey) write(c *fiber.Ctx, status int, v any) error {
	if k == nil {
		httpapi.WriteJSON(c, status, v)
		return nil
	}
	var content bytes.Buffer
	encoder := json.NewEncoder(&content)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return err
	}
	sealed, err := k.encrypt(bytes.TrimSuffix(content.Bytes(), []byte("\n")))
	if err != nil {
		return err
	}
	response := c.Response()
	response.SetBodyString(sealed)
	response.Header.SetContentType(contentTypeJOSE)
	response.SetStatusCode(status)
	return nil
}
