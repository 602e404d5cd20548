package mail

// DescribeServer tells how a server is spoken to.
func DescribeServer(address string) (string, error) {
	s, err := parseServer(address, nil)
	if err != nil {
		return "", err
	}
	text := s.address()
	if s.start {
		text += " start"
	}
	if s.implicit {
		text += " implicit"
	}
	return text, nil
}
