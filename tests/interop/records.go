package main

import (
	"bytes"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// derived are the kinds that the council writes itself; all others are statements, and signed.
var derived = map[string]bool{"genesis": true, "decision": true, "lapse": true, "block": true}

// record is a leaf taken apart as far as a verifier needs it.
type record struct {
	kind   string
	text   string
	signed bool
}

func parseRecord(leaf []byte) (record, error) {
	r := record{text: string(leaf)}
	if at := bytes.LastIndex(leaf, []byte("\n\n\u2014 ")); at >= 0 {
		r.text, r.signed = string(leaf[:at+1]), true
	}
	first := strings.SplitN(r.text, "\n", 2)[0]
	r.kind = strings.TrimPrefix(first, "nemcon/v1 ")
	if r.kind == first || !strings.HasSuffix(r.text, "\n") {
		return r, fmt.Errorf("not a record of nemcon/v1")
	}
	if r.signed == derived[r.kind] {
		return r, fmt.Errorf("a %s, signed: %v", r.kind, r.signed)
	}
	return r, nil
}

// field is the value of the first line that begins with name.
func (r record) field(name string) string {
	for _, line := range strings.Split(r.text, "\n") {
		if strings.HasPrefix(line, name+" ") {
			return line[len(name)+1:]
		}
	}
	return ""
}

// checkRecord checks one leaf after the first, and returns its kind and how many signed it.
func checkRecord(g *genesis, leaf []byte) (string, int, error) {
	r, err := parseRecord(leaf)
	if err != nil {
		return "", 0, err
	}
	lines := strings.Split(r.text, "\n")
	switch {
	case r.kind == "genesis":
		err = fmt.Errorf("a second genesis")
	case r.signed && lines[1] != "council "+g.digest:
		err = fmt.Errorf("a statement of another council: %q", lines[1])
	}
	if err != nil || r.kind != "ballot" {
		return r.kind, 0, err
	}
	n, err := openBallot(g, leaf)
	if err != nil {
		return "", 0, err
	}
	return r.kind, len(n.Sigs), nil
}

// openBallot opens a ballot with the officer keys of the member that it is by. It carries as many
// signatures as the member's officers have to give, and no other.
func openBallot(g *genesis, leaf []byte) (*note.Note, error) {
	r, err := parseRecord(leaf)
	if err != nil {
		return nil, err
	}
	voter := g.parties[r.field("by")]
	if r.kind != "ballot" || voter == nil || !voter.member {
		return nil, fmt.Errorf("not a ballot by a member of the genesis: by %q", r.field("by"))
	}
	var verifiers []note.Verifier
	for _, k := range voter.officers {
		v, err := k.verifier()
		if err != nil {
			return nil, err
		}
		verifiers = append(verifiers, v)
	}
	n, err := note.Open(leaf, note.VerifierList(verifiers...))
	if err != nil {
		return nil, fmt.Errorf("ballot by %s: %w", voter.code, err)
	}
	lines := bytes.Count(leaf[len(n.Text):], []byte("\n\u2014 "))
	if len(n.Sigs) != voter.required || lines != voter.required {
		return nil, fmt.Errorf("ballot by %s: %d good signatures on %d lines, %d required",
			voter.code, len(n.Sigs), lines, voter.required)
	}
	return n, nil
}
