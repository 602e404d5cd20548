package smtp

import (
	"bufio"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"strings"
)

// mostLine is the longest line that a mail server takes, its end left out (RFC 5321, section 4.5.3.1.6).
const mostLine = 998

// talk is one conversation.
type talk struct {
	server *Server
	conn   net.Conn
	in     *bufio.Reader
	secure bool
	user   string
	letter Received
}

func (t *talk) run() {
	if !t.say("greeting", "220 standin ESMTP") {
		return
	}
	for {
		line, ok := t.line()
		if !ok {
			return
		}
		command := first(line)
		t.server.note(&t.server.commands, command)
		if !t.obey(command, line) {
			return
		}
	}
}

// obey answers a command, and gives whether the conversation goes on.
func (t *talk) obey(command, line string) bool {
	switch command {
	case "EHLO", "HELO":
		return t.say(command, t.greeting(command))
	case "STARTTLS":
		if !t.say(command, "220 go ahead") {
			return false
		}
		secure := tls.Server(t.conn, t.server.tls)
		t.conn, t.in, t.secure = secure, bufio.NewReader(secure), true
		return true
	case "AUTH":
		return t.login(line)
	case "MAIL":
		if t.server.behaviour.User != "" && t.user == "" {
			return t.say(command, "530 who are you")
		}
		t.letter = Received{From: path(line, "MAIL FROM:"), TLS: t.secure, User: t.user}
		return t.say(command, "250 yes")
	case "RCPT":
		t.letter.To += path(line, "RCPT TO:")
		return t.say(command, "250 yes")
	case "DATA":
		if !t.say(command, "354 go on") {
			return false
		}
		return t.server.behaviour.Answers[command] != "" || t.data() // another answer lets nobody go on
	case "RSET", "NOOP":
		return t.say(command, "250 yes")
	case "QUIT":
		t.say(command, "221 bye")
		return false
	}
	t.server.note(&t.server.broken, "a command that is none")
	return t.say(command, "500 what")
}

func (t *talk) greeting(command string) string {
	lines := []string{"standin"}
	if command == "EHLO" {
		lines = append(lines, "8BITMIME", "ENHANCEDSTATUSCODES")
		if !t.server.behaviour.NoSTARTTLS && !t.secure {
			lines = append(lines, "STARTTLS")
		}
		if t.server.behaviour.UTF8 {
			lines = append(lines, "SMTPUTF8")
		}
		if t.server.behaviour.User != "" {
			lines = append(lines, "AUTH "+strings.Join(t.mechanisms(), " "))
		}
	}
	var text strings.Builder
	for i, l := range lines {
		fmt.Fprintf(&text, "250%s%s\r\n", map[bool]string{true: " ", false: "-"}[i == len(lines)-1], l)
	}
	return strings.TrimSuffix(text.String(), "\r\n")
}

func (t *talk) mechanisms() []string {
	if m := t.server.behaviour.Mechanisms; m != nil {
		return m
	}
	return []string{"PLAIN"}
}

func (t *talk) login(line string) bool {
	decode := func(text string) string { b, _ := base64.StdEncoding.DecodeString(text); return string(b) }
	words := strings.Fields(line)
	given := ""
	switch {
	case len(words) == 3 && words[1] == "PLAIN":
		given = decode(words[2])
	case len(words) == 2 && words[1] == "LOGIN":
		for _, ask := range []string{"Username:", "Password:"} {
			if !t.say("challenge", "334 "+base64.StdEncoding.EncodeToString([]byte(ask))) {
				return false
			}
			answer, ok := t.line()
			if !ok {
				return false
			}
			given += "\x00" + decode(answer)
		}
	}
	if given != "\x00"+t.server.behaviour.User+"\x00"+t.server.behaviour.Password {
		return t.say("AUTH", "535 no, "+t.server.behaviour.User)
	}
	t.user = t.server.behaviour.User
	return t.say("AUTH", "235 welcome")
}

func (t *talk) data() bool {
	var text strings.Builder
	for {
		line, ok := t.line()
		if !ok {
			return false
		}
		if line == "." {
			break
		}
		text.WriteString(strings.TrimPrefix(line, ".") + "\r\n")
	}
	t.letter.Data = text.String()
	if answer, there := t.server.behaviour.Answers["."]; !there || strings.HasPrefix(answer, "2") {
		t.server.take(t.letter)
	}
	return t.say(".", "250 taken")
}

// line reads a line. One that does not end with \r\n, or holds half of that, could be read as two by another server.
func (t *talk) line() (string, bool) {
	line, err := t.in.ReadString('\n')
	if err != nil {
		return "", false
	}
	text, whole := strings.CutSuffix(line, "\r\n")
	if !whole || strings.ContainsAny(text, "\r\n\x00") {
		t.server.note(&t.server.broken, "a line with a bare CR, LF or NUL")
	}
	if len(text) > mostLine {
		t.server.note(&t.server.broken, "a line that is too long")
	}
	return text, true
}

// say answers, unless the server shall behave in another way.
func (t *talk) say(what, answer string) bool {
	if other, there := t.server.behaviour.Answers[what]; there {
		switch other {
		case "":
			return false
		case Silence:
			t.server.fall.Do(func() { close(t.server.silent) })
			_, _ = io.Copy(io.Discard, t.in)
			return false
		}
		answer = other
	}
	_, err := io.WriteString(t.conn, answer+"\r\n")
	return err == nil
}

// path is the address in a command, with everything behind it.
func path(line, command string) string {
	if len(line) < len(command) || !strings.EqualFold(line[:len(command)], command) {
		return "none"
	}
	return line[len(command):]
}
