package simulator

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"

	"github.com/eidgate/eidgate/domain/eid"
)

// proofs are shaped like what Swedish BankID and Freja issue, say of themselves that they are simulated, and verify
// nowhere.
func (s *Simulator) proofs(a asked, e *eid.Evidence) []eid.Proof {
	switch {
	case a.Placed == 0:
		return nil
	case a.EID == eid.SEBankID:
		signature := s.bankIDSignature(a, e)
		return []eid.Proof{
			{Kind: "signature", MediaType: "application/xml", Data: signature},
			{Kind: "ocsp_response", MediaType: "application/ocsp-response", Data: append([]byte("simulated OCSP response "), s.mac("ocsp", string(signature))...)},
		}
	case a.EID == eid.SEFreja:
		return []eid.Proof{{Kind: "details", MediaType: "application/jose", Data: s.frejaDetails(a, e)}}
	}
	return nil
}

const signedDataID = "bidSignedData"

// The parts of BankID's signature (XML Signature, with BankID's object bankIdSignedData).
type (
	xmlSignature struct {
		XMLName   xml.Name  `xml:"http://www.w3.org/2000/09/xmldsig# Signature"`
		Comment   string    `xml:",comment"`
		Reference reference `xml:"SignedInfo>Reference"`
		Value     string    `xml:"SignatureValue"`
		Object    struct {
			Data bankIDSignedData
		} `xml:"Object"`
	}
	reference struct {
		URI    string    `xml:"URI,attr"`
		Method algorithm `xml:"DigestMethod"`
		Digest string    `xml:"DigestValue"`
	}
	algorithm struct {
		Algorithm string `xml:"Algorithm,attr"`
	}
	bankIDSignedData struct {
		XMLName    xml.Name     `xml:"http://www.bankid.com/signature/v1.0.0/types bankIdSignedData"`
		ID         string       `xml:"Id,attr"`
		Visible    *visibleData `xml:"usrVisibleData"`
		NonVisible string       `xml:"usrNonVisibleData,omitempty"`
		Server     string       `xml:"srvInfo>name"`
		Client     struct {
			Function string `xml:"funcId"`
			Version  string `xml:"version"`
		} `xml:"clientInfo"`
	}
	visibleData struct {
		Charset string `xml:"charset,attr"`
		Visible string `xml:"visible,attr"`
		Data    string `xml:",chardata"`
	}
)

func (s *Simulator) bankIDSignature(a asked, e *eid.Evidence) []byte {
	data := bankIDSignedData{ID: signedDataID, Server: encoded([]byte(a.Organization))}
	if a.Text != "" {
		data.Visible = &visibleData{Charset: "UTF-8", Visible: "wysiwys", Data: encoded([]byte(a.Text))}
	}
	if a.Digest != "" {
		data.NonVisible = encoded([]byte(a.Digest))
	}
	data.Client.Function, data.Client.Version = "Identification", "simulated"
	if a.Operation.Signs() {
		data.Client.Function = "Signing"
	}
	signed := written(data)
	sum := sha256.Sum256(signed)
	x := xmlSignature{
		Comment:   " Simulated: nobody signed this, and it verifies nowhere. ",
		Reference: reference{URI: "#" + signedDataID, Method: algorithm{"http://www.w3.org/2001/04/xmlenc#sha256"}, Digest: encoded(sum[:])},
		Value:     encoded(s.mac("bankid signature", e.TokenID+" "+e.Subject+" "+string(signed))),
	}
	x.Object.Data = data
	return append([]byte(xml.Header), written(x)...)
}

// written is XML of our own structs, which have nothing that XML could not hold.
func written(v any) []byte {
	var b bytes.Buffer
	if err := xml.NewEncoder(&b).Encode(v); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// frejaDetails is shaped like Freja's result (Freja, details), a JWS in compact form.
func (s *Simulator) frejaDetails(a asked, e *eid.Evidence) []byte {
	reference := s.token("app", a.order())
	payload := map[string]any{"status": "APPROVED", "timestamp": e.IssuedAt.UnixMilli(), "simulated": true}
	if a.Operation.Signs() {
		sum := sha256.Sum256([]byte(a.Text))
		payload["signRef"], payload["signatureType"], payload["signatureData"] = reference, "SIMPLE", map[string]string{"userSignature": encoded(sum[:])}
	} else {
		payload["authRef"] = reference
	}
	clear, err := json.Marshal(payload)
	if err != nil {
		panic(err) // strings, numbers and a truth value
	}
	text := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"HS256","typ":"simulated"}`)) + "." + base64.RawURLEncoding.EncodeToString(clear)
	return []byte(text + "." + base64.RawURLEncoding.EncodeToString(s.mac("freja details", text)))
}
