package main

import (
	"bytes"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// derived are the kinds that the council writes itself; all others are statements, and signed.
var derived = map[string]bool{"genesis": true, "decision": true, "lapse": true, "block": true}

// membersOnly are kinds that no participant signs.
var membersOnly = map[string]bool{
	"ballot": true, "keys": true, "rotation": true, "notice": true, "entry": true,
}

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

// lines are the words of every line that begins with name.
func (r record) lines(name string) [][]string {
	var lines [][]string
	for _, line := range strings.Split(r.text, "\n") {
		if strings.HasPrefix(line, name+" ") {
			lines = append(lines, strings.Split(line[len(name)+1:], " "))
		}
	}
	return lines
}

// checkRecord checks one leaf after the first with the keys as they stand, and returns its kind and
// how many signed it.
func checkRecord(f *follower, leaf []byte) (kind string, signed int, err error) {
	defer func() {
		switch bad := recover().(type) {
		case nil:
		case badKey:
			err = bad
		default:
			panic(bad)
		}
	}()
	r, err := parseRecord(leaf)
	if err != nil {
		return "", 0, err
	}
	lines := strings.Split(r.text, "\n")
	switch {
	case r.kind == "genesis":
		err = fmt.Errorf("a second genesis")
	case lines[1] != "council "+f.g.digest:
		err = fmt.Errorf("a record of another council: %q", lines[1])
	}
	if err == nil && r.signed {
		var n *note.Note
		if n, err = openStatement(f, leaf); err == nil {
			signed = len(n.Sigs)
		}
	}
	if err == nil {
		err = f.take(r)
	}
	return r.kind, signed, err
}

// part is a group of keys of which so many sign, in their order.
type part struct {
	required int
	keys     []key
}

// signers are the keys that a statement must carry signatures of, in order.
func signers(f *follower, r record) ([]part, error) {
	by := r.field("by")
	p := f.g.parties[by]
	if r.kind == "entry" {
		p = f.admitted(r)
	}
	if p == nil || (membersOnly[r.kind] && !p.member) {
		return nil, fmt.Errorf("not a %s by a member: by %q", r.kind, by)
	}
	officers := part{p.required, p.officers}
	one := func(k key) part { return part{1, []key{k}} }
	switch r.kind {
	case "keys":
		return keysSigners(f.g, p, r)
	case "freeze":
		if !p.member {
			return []part{{1, p.officers}}, nil
		}
		return []part{{1, append(append([]key{}, p.officers...), p.recovery)}}, nil
	case "rotation":
		parts := []part{officers}
		if node := r.field("node"); node != "" {
			parts = append(parts, one(mustKey(f.g.origin(), typeEd25519, node)))
		}
		if seal := r.field("seal"); seal != "" {
			parts = append(parts, one(mustKey(f.g.name+"/"+by, typeCosignature, seal)))
		}
		return parts, nil
	case "entry":
		return []part{officers, one(p.recovery), one(p.node[0]), one(p.seal[0])}, nil
	}
	return []part{officers}, nil
}

// keysSigners: k officers if the recovery key changes; that key; the new one; each new officer.
func keysSigners(g *genesis, p *party, r record) ([]part, error) {
	var parts []part
	recovery := r.field("recovery")
	if recovery != "" {
		parts = append(parts, part{p.required, p.officers})
	}
	parts = append(parts, part{1, []key{p.recovery}})
	if recovery != "" {
		parts = append(parts, part{1, []key{mustKey(p.recovery.name, typeEd25519, recovery)}})
	}
	for _, words := range r.lines("officer") {
		if len(words) != 2 {
			return nil, fmt.Errorf("an officer of %d words", len(words))
		}
		k := mustKey(g.name+"/"+p.code+"/"+words[0], typeEd25519, words[1])
		known := false
		for _, old := range p.officers {
			known = known || old.bytes == k.bytes
		}
		if !known {
			parts = append(parts, part{1, []key{k}})
		}
	}
	return parts, nil
}

// openStatement opens a statement with the keys of whom it is by: exactly the required signatures,
// in their order.
func openStatement(f *follower, leaf []byte) (*note.Note, error) {
	r, err := parseRecord(leaf)
	if err != nil {
		return nil, err
	}
	parts, err := signers(f, r)
	if err != nil {
		return nil, err
	}
	var verifiers []note.Verifier
	required := 0
	for _, p := range parts {
		required += p.required
		for _, k := range p.keys {
			v, err := k.verifier()
			if err != nil {
				return nil, err
			}
			verifiers = append(verifiers, v)
		}
	}
	n, err := note.Open(leaf, note.VerifierList(verifiers...))
	if err != nil {
		return nil, fmt.Errorf("%s by %s: %w", r.kind, r.field("by"), err)
	}
	lines := bytes.Count(leaf[len(n.Text):], []byte("\n\u2014 "))
	if len(n.Sigs) != required || lines != required {
		return nil, fmt.Errorf("%s by %s: %d good signatures on %d lines, %d required",
			r.kind, r.field("by"), len(n.Sigs), lines, required)
	}
	return n, inOrder(n.Sigs, parts)
}

func inOrder(sigs []note.Signature, parts []part) error {
	for _, p := range parts {
		keys := p.keys
		for ; p.required > 0; p.required-- {
			for len(keys) > 0 && (keys[0].name != sigs[0].Name || keys[0].id() != sigs[0].Hash) {
				keys = keys[1:]
			}
			if len(keys) == 0 {
				return fmt.Errorf("the signature of %s is out of order", sigs[0].Name)
			}
			keys, sigs = keys[1:], sigs[1:]
		}
	}
	return nil
}
