package attacks

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/eidgate/eidgate/test/contract"
)

// kept is an uploaded document.
type kept struct{ ID, Hash string }

const boundary = "attacksattacksattacks"

// form is an upload of a file with a name.
func form(name string, content []byte) string {
	return "--" + boundary + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name + "\"\r\nContent-Type: application/pdf\r\n\r\n" +
		string(content) + "\r\n--" + boundary + "--\r\n"
}

func (c client) upload(t *testing.T, name string) (k kept) {
	t.Helper()
	a := c.ask(t, http.MethodPost, "/v3/document", form(name, contract.OnePage()), "Content-Type", "multipart/form-data; boundary="+boundary)
	if a.status != http.StatusCreated || json.Unmarshal(a.body, &k) != nil {
		t.Fatalf("an upload is answered with %d %s", a.status, a.code)
	}
	return k
}

// sign has a document signed by Norwegian BankID.
func (c client) sign(t *testing.T, document string) answer {
	t.Helper()
	return c.ask(t, http.MethodPost, "/v3/bankid-no/sign", `{"redirectUrl":"`+done+`","documents":["`+document+`"]}`)
}
