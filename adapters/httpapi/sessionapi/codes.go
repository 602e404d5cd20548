package sessionapi

// Codes lists the codes in answers of this surface that are no failures of ours, with what they mean. They are meant for
// documentation.
func Codes() map[string]string {
	meanings := map[string]string{
		codeToken:   "The access token is bad, expired, or of a client that may not work any more (401).",
		codeForbid:  "The client may not do this (403).",
		codeUnknown: "There is no such session, or not any more (404; 400 where it was to be cancelled).",
		codeOurs:    "Our mistake (500).",

		failedIDP: "The eID failed, or did not let the person through; the session's error says why (status ERROR).",
	}
	for code, detail := range failureDetails {
		meanings[code] = detail + " (status ERROR)"
	}
	for word, meaning := range tokenMeanings {
		meanings[word] = meaning + " (token endpoint)"
	}
	return meanings
}
