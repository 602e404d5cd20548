package eidapi

import (
	"net/http"
	"strings"

	"github.com/eidgate/eidgate/domain/eid"
)

func describeStart(t table, o start) object {
	about := o.about + "\n\nFeatures: `" + words[o.eid] + "`"
	if o.feature != "" {
		about += ", `" + o.feature + "`"
	}
	for _, f := range o.fields {
		if f.feature != "" {
			about += "; `" + f.feature + "` for `" + f.name + "`"
		}
	}
	s := sample(o)
	answer := answered("Started.", schemaOf(o.began.schema), object{"started": object{"value": t.word(s, true)}})
	operation := operation(o.name, tagOf(o.eid), strings.TrimSuffix(o.about, "."), about+".", http.StatusCreated, answer, collected)
	operation["requestBody"] = requested(o.fields)
	if o.rule != nil {
		// What no single field can say, said for machines.
		schema := operation["requestBody"].(object)["content"].(object)[contentTypeJSON].(object)["schema"].(object)
		if o.operation == eid.ProveAge {
			schema["anyOf"] = []object{{"required": []string{"minAge"}}, {"required": []string{"maxAge"}}}
		} else {
			schema["oneOf"] = []object{{"required": []string{"text"}}, {"required": []string{"documents"}}}
		}
	}
	return operation
}

func requested(fields []field) object {
	properties, example, required := object{}, object{}, []string{}
	for _, f := range fields {
		schema := object{"description": f.about}
		for k, v := range f.schema {
			schema[k] = v
		}
		if f.nullable {
			schema["nullable"] = true
		}
		properties[f.name] = schema
		if f.example != nil {
			example[f.name] = f.example
		}
		if f.required {
			required = append(required, f.name)
		}
	}
	schema := object{"type": "object", "properties": properties}
	if len(required) > 0 {
		schema["required"] = required
	}
	return object{"required": len(required) > 0, "content": object{contentTypeJSON: object{"schema": schema, "example": example}}}
}

func describePoll(t table, p space) object {
	var states []object
	examples := object{}
	for _, pending := range p.pending {
		states = append(states, schemaOf(pending.schema))
	}
	states = append(states, schemaOf(p.completed.schema), schemaOf(failed.schema))
	for _, o := range t.starts {
		if o.eid == p.eid && strings.HasSuffix(o.path, p.path) && examples["completed"] == nil {
			s := sample(o)
			examples["pending"] = object{"value": t.word(s, false)}
			s.State = eid.Completed
			examples["completed"] = object{"value": t.word(s, false)}
			s.State, s.Reason = eid.Refused, eid.ReasonDeclined
			examples["failed"] = object{"value": t.word(s, false)}
		}
	}
	answer := answered("How far the session has come.", object{"anyOf": states}, examples)
	return operation("get"+p.title(), tagOf(p.eid), "Ask for the result", "At most once a second for each session. Sessions by telephone and on the backchannel are found here, too.", http.StatusOK, answer, identified)
}

func describeCancel(p space) object {
	return operation("cancel"+p.title(), tagOf(p.eid), "Cancel", "A session that is over stays as it is.", http.StatusNoContent, nothing("Cancelled, or over already."), identified)
}

// title is the space's name within those of operations, such as BankIdSeAuth.
func (p space) title() string {
	for _, o := range rows().starts {
		if o.eid == p.eid && o.path == p.path {
			return strings.TrimPrefix(o.name, "start")
		}
	}
	return words[p.eid] + p.path
}

func describeVerify() object {
	var unused string
	answer := answered("What the card vouches for.", schemaOf("Card"), object{"verified": object{"value": wordCard(sampleCard())}})
	o := operation(verifyName, tagOf(eid.SEBankID), "Verify a digital identity card",
		"Answers at once. A code that is unknown or too old, or whose card is closed, is a 400.\n\nFeatures: `"+words[eid.SEBankID]+"`.", http.StatusOK, answer, collected)
	o["requestBody"] = requested([]field{qrCode(&unused)})
	return o
}

func describeUpload(suffix string) object {
	answer := answered("Kept for 30 days.", schemaOf("Document"), object{"uploaded": object{"value": sampleDocument()}})
	o := operation("uploadDocument"+suffix, documentsTag, "Upload a PDF document for signing", "At most 10 MiB. `hash` is its SHA-256 in hexadecimal digits.\n\nFeatures: `"+featureDocuments+"`.", http.StatusCreated, answer, collected)
	o["requestBody"] = object{"required": true, "content": object{"multipart/form-data": object{
		"schema":   object{"type": "object", "required": []string{"file"}, "properties": object{"file": object{"type": "string", "format": "binary"}}},
		"encoding": object{"file": object{"contentType": "application/pdf"}},
	}}}
	return o
}

func describeDownload(suffix string) object {
	answer := nothing("The document, byte for byte.")
	answer["content"] = object{"application/pdf": object{"schema": object{"type": "string", "format": "binary"}}}
	return operation("downloadDocument"+suffix, documentsTag, "Download a document", "Uploaded or signed.", http.StatusOK, answer, identified)
}
