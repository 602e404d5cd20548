package eid

import "net/url"

// LaunchLink opens the scheme's app on the device that follows it, for an order's app token; "" where the scheme has no
// such link. Swedish BankID has one for computers and one for phones, which brings the person back to returnTo, "" for
// nowhere: the person goes back, or the system does (BankID, autostart). Freja has one for all, with returnTo as the app
// to go back to (Freja, bind user to transaction).
func (e EID) LaunchLink(token string, phone bool, returnTo string) string {
	switch {
	case token == "":
		return ""
	case e == SEBankID && phone:
		back := "null"
		if returnTo != "" {
			back = url.QueryEscape(returnTo)
		}
		return "https://app.bankid.com/?autostarttoken=" + url.QueryEscape(token) + "&redirect=" + back
	case e == SEBankID:
		return "bankid:///?autostarttoken=" + url.QueryEscape(token) + "&redirect=null"
	case e == SEFreja && phone && returnTo != "":
		return "frejaeid://bindUserToTransaction?transactionReference=" + url.QueryEscape(token) + "&originAppScheme=" + url.QueryEscape(returnTo)
	case e == SEFreja:
		return "frejaeid://bindUserToTransaction?transactionReference=" + url.QueryEscape(token)
	}
	return ""
}
