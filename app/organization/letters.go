package organization

import (
	"strings"
	"time"
	"unicode"

	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// wording is the letter to an administrator in one language. What stands in braces is put in.
type wording struct{ subject, text string }

var english = wording{
	subject: "Set up single sign-on for {organization}",
	text: `Hello,

{inviter} asks you to set up single sign-on (SAML) for {organization}.

Open the page below and follow the steps. The link works once, until {until}:

{link}

If you did not expect this letter, you need not do anything.`,
}

// wordings are the languages of the countries that have another than English, by ISO 3166-1 alpha-2.
var wordings = map[string]wording{
	"SE": {
		subject: "Sätt upp enkel inloggning för {organization}",
		text: `Hej!

{inviter} ber dig att sätta upp enkel inloggning (single sign-on, SAML) för {organization}.

Öppna sidan nedan och följ stegen. Länken fungerar en gång, fram till {until}:

{link}

Om du inte väntade dig det här brevet behöver du inte göra något.`,
	},
	"NO": {
		subject: "Sett opp enkel pålogging for {organization}",
		text: `Hei!

{inviter} ber deg om å sette opp enkel pålogging (single sign-on, SAML) for {organization}.

Åpne siden nedenfor og følg trinnene. Lenken virker én gang, frem til {until}:

{link}

Hvis du ikke ventet dette brevet, trenger du ikke å gjøre noe.`,
	},
	"DK": {
		subject: "Opsæt single sign-on for {organization}",
		text: `Hej!

{inviter} beder dig om at opsætte single sign-on (SAML) for {organization}.

Åbn siden nedenfor, og følg trinnene. Linket virker én gang, indtil {until}:

{link}

Hvis du ikke ventede dette brev, behøver du ikke at gøre noget.`,
	},
	"FI": {
		subject: "Ota käyttöön kertakirjautuminen: {organization}",
		text: `Hei!

{inviter} pyytää sinua ottamaan käyttöön kertakirjautumisen (single sign-on, SAML).

Organisaatio: {organization}

Avaa alla oleva sivu ja seuraa ohjeita. Linkki toimii yhden kerran, {until} asti:

{link}

Jos et odottanut tätä kirjettä, sinun ei tarvitse tehdä mitään.`,
	},
}

// between stands between the two languages of a letter.
const between = "\n\n----------------------------------------\n\n"

// invitationLetter words the letter in the language of the organization's country, with English below it.
func invitationLetter(to string, inviter, invited organization.Organization, link string, until time.Time) outbound.Letter {
	first, text := english, english.text
	if local, ok := wordings[invited.Details.Country]; ok {
		first, text = local, local.text+between+english.text
	}
	// One pass: what a name carries in braces stays what it is.
	put := strings.NewReplacer(
		"{inviter}", oneLine(inviter.Name), "{organization}", oneLine(invited.Name), "{link}", link, "{until}", until.UTC().Format("2006-01-02 15:04 UTC"),
	)
	return outbound.Letter{To: to, Subject: put.Replace(first.subject), Text: put.Replace(text) + "\n"}
}

// oneLine is a name without anything that some program might take for the end of a line. Names have no control characters
// by the domain's rule; Unicode has separators of lines that are none.
func oneLine(name string) string {
	return strings.Join(strings.FieldsFunc(name, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
}
