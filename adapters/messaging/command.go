package messaging

import (
	"slices"
	"strings"

	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/organization"
)

// The commands.
const (
	CreateAccount        = "create_account"
	StartVerification    = "start_verification"
	CompleteVerification = "complete_verification"
	StartSession         = "start_session"
	FollowSession        = "follow_session"
	CancelSession        = "cancel_session"
	FoundOrganization    = "found_organization"
	AddUser              = "add_user"
	UpdateUser           = "update_user"
)

// CommandNames lists the commands that are taken.
func CommandNames() []string {
	return []string{CreateAccount, StartVerification, CompleteVerification, StartSession, FollowSession, CancelSession, FoundOrganization, AddUser, UpdateUser}
}

// feeds are the commands of registers elsewhere. They name organizations by their domains.
var feeds = []string{FoundOrganization, AddUser, UpdateUser}

// What can be wrong with a command before anybody looks at what it asks for.
var (
	ErrCommand = fault.New(fault.Invalid, "command_invalid",
		"The command is not a CloudEvent 1.0 in JSON as the AsyncAPI document describes it.")
	ErrCommandTooLarge = fault.New(fault.Invalid, "command_too_large", "A command has at most 65,536 bytes.")
	ErrReplyTo         = fault.New(fault.Invalid, "replyto_invalid",
		"replyto is a topic under the prefix for replies, in letters, digits, hyphens, underscores and dots.")
)

const (
	maxCommand = 64 << 10
	maxID      = 200
	maxText    = 4096
	maxProse   = 40_000
)

// command is what somebody asks for by message. With its identifier it may be repeated at will within its scope.
type command struct {
	name    string
	id      string             // "" when the message has none that can be used
	replyTo string             // "" when nobody waits for an answer, or not where answers may go
	scope   organization.Scope // without an organization for those that name it by its domain
	data    fields
}

// read understands a command as far as it can: even when it fails, with [ErrCommand], [ErrCommandTooLarge] or
// [ErrReplyTo], it says who to answer, if that much was legible.
func (c Config) read(name string, payload []byte) (command, error) {
	cmd := command{name: name}
	if len(payload) > maxCommand {
		return cmd, ErrCommandTooLarge
	}
	event, err := parse(payload)
	if err != nil {
		return cmd, ErrCommand.Because(err)
	}
	var wrong []fault.Violation
	f := fields{values: event, wrong: &wrong}
	cmd.id = f.required("id", maxID)
	replyTo := f.text("replyto", maxTopic)
	if replyTo != "" && !c.takesReplies(replyTo) {
		return cmd, ErrReplyTo.On("replyto")
	}
	cmd.replyTo = replyTo
	if f.required("specversion", maxText) != specVersion {
		f.blame("specversion", "specversion_unknown", "CloudEvents 1.0 is expected.")
	}
	f.required("source", maxText)
	if f.required("type", maxText) != c.CommandTopic(name) {
		f.blame("type", "type_unknown", "The type is the name of the topic.")
	}
	f.text("subject", maxText)
	f.text("time", maxText)
	if t := f.text("datacontenttype", maxText); t != "" && !isJSON(t) {
		f.blame("datacontenttype", "datacontenttype_unknown", "application/json is expected.")
	}
	cmd.data = f.object("data")
	if cmd.data.values == nil {
		if event["data"] == nil {
			f.blame("data", "required", "The member is required.")
		}
		return cmd, cmd.fault()
	}
	if !slices.Contains(feeds, name) {
		cmd.scope.Organization = cmd.data.required("organization", maxID)
	}
	cmd.scope.Environment = organization.Environment(cmd.data.required("environment", maxID))
	if e := cmd.scope.Environment; e != "" && !e.Known() {
		cmd.data.blame("environment", "environment_unknown", "production or sandbox is expected.")
	}
	return cmd, cmd.fault()
}

// fault is everything found wrong so far, nil when nothing was.
func (c command) fault() error {
	if len(*c.data.wrong) == 0 {
		return nil
	}
	return ErrCommand.With(*c.data.wrong...)
}

func isJSON(mediaType string) bool {
	kind, _, _ := strings.Cut(mediaType, ";")
	return strings.EqualFold(strings.TrimSpace(kind), jsonType)
}
