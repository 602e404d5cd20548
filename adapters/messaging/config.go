package messaging

import (
	"fmt"
	"regexp"
)

// Memory is the address of the broker in this process.
const Memory = "memory:"

// Config says where messages go.
type Config struct {
	URL    string // the broker's address; [Memory] is the only one known
	Prefix string // the first word, or words joined by dots, of every topic
}

var (
	prefixPattern = regexp.MustCompile(`^[a-z0-9_-]+(\.[a-z0-9_-]+)*$`)
	replyPattern  = regexp.MustCompile(`^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$`)
)

const (
	maxPrefix = 100
	maxTopic  = 255
)

// Validate says what is wrong with the configuration. It names the key, never the value, which may hold a password.
func (c Config) Validate() error {
	if c.URL != Memory {
		return fmt.Errorf("broker.url: only %q is known", Memory)
	}
	if len(c.Prefix) > maxPrefix || !prefixPattern.MatchString(c.Prefix) {
		return fmt.Errorf("broker.prefix: words of lower-case letters, digits, hyphens and underscores, joined by dots, at most %d characters", maxPrefix)
	}
	return nil
}

// FactTopic is where facts of one kind are told.
func (c Config) FactTopic(kind string) string { return c.Prefix + ".facts." + kind }

// CommandTopic is where commands of one name are taken.
func (c Config) CommandTopic(name string) string { return c.Prefix + ".commands." + name }

// ReplyTopic is a topic of the caller's own choice to which answers may go: words of letters, digits, hyphens and
// underscores, joined by dots.
func (c Config) ReplyTopic(word string) string { return c.Prefix + ".replies." + word }

// PoisonTopic is where it is told that a command could not be dealt with.
func (c Config) PoisonTopic() string { return c.Prefix + ".poison" }

// takesReplies holds for the topics to which answers may go, so that nobody can have an answer written where facts
// or commands are read.
func (c Config) takesReplies(topic string) bool {
	root := c.ReplyTopic("")
	return len(topic) <= maxTopic && len(topic) > len(root) && topic[:len(root)] == root && replyPattern.MatchString(topic[len(root):])
}
