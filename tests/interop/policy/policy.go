// Package policy reads [C2SP tlog-policy] files, and tells whether a checkpoint meets one.
package policy

import (
	"fmt"
	"strconv"
	"strings"

	"../record"
)

// parseVkey accepts the one rendering of a key of this type.
func parseVkey(alg byte, text string) (record.Signer, error) {
	parts := strings.SplitN(text, "+", 3)
	if len(parts) != 3 {
		return record.Signer{}, fmt.Errorf("vkey %q lacks a part", text)
	}
	raw, err := record.Base64(parts[2])
	if err != nil || len(raw) != 33 || raw[0] != alg {
		return record.Signer{}, fmt.Errorf("vkey %q is not of type %02x", text, alg)
	}
	s := record.Signer{Called: parts[0], Type: alg}
	copy(s.Key[:], raw[1:])
	if s.Called == "" || s.Vkey() != text {
		return record.Signer{}, fmt.Errorf("vkey %q does not carry its own id", text)
	}
	return s, nil
}

// group holds when at least k of its members hold; a witness is a group of itself.
type group struct {
	witness *record.Signer
	k       int
	members []string
}

// Policy is a [C2SP tlog-policy] file.
type Policy struct {
	Logs      []record.Signer
	Witnesses map[string]record.Signer
	groups    map[string]group
	quorum    string
	taken     map[string]bool
	keys      map[string]bool
}

// Parse reads a policy.
func Parse(text string) (*Policy, error) {
	p := &Policy{
		Witnesses: map[string]record.Signer{}, groups: map[string]group{},
		taken: map[string]bool{}, keys: map[string]bool{},
	}
	if !strings.HasSuffix(text, "\n") {
		return nil, fmt.Errorf("the last line does not end")
	}
	for number, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		if err := p.parseLine(line); err != nil {
			return nil, fmt.Errorf("line %d: %w", number+1, err)
		}
	}
	if p.quorum == "" {
		return nil, fmt.Errorf("no quorum line")
	}
	return p, nil
}

func (p *Policy) parseLine(line string) error {
	for _, octet := range []byte(line) {
		if octet != '\t' && (octet < 0x20 || octet == 0x7f) {
			return fmt.Errorf("octet %02x is not allowed", octet)
		}
	}
	words := strings.FieldsFunc(line, func(c rune) bool { return c == ' ' || c == '\t' })
	if len(words) == 0 || words[0][0] == '#' {
		return nil
	}
	switch n := len(words); {
	case words[0] == "log" && (n == 2 || n == 3):
		return p.addLog(words[1])
	case words[0] == "witness" && (n == 3 || n == 4):
		return p.addWitness(words[1], words[2])
	case words[0] == "group" && n >= 4:
		return p.addGroup(words[1], words[2], words[3:])
	case words[0] == "quorum" && n == 2:
		return p.setQuorum(words[1])
	}
	return fmt.Errorf("%q is not a line of a policy", line)
}

// once refuses the duplicates that the specification forbids: one key twice in one role.
func (p *Policy) once(role string, k record.Signer) error {
	entry := role + string(k.Key[:])
	if p.keys[entry] {
		return fmt.Errorf("a second %s with one key", role)
	}
	p.keys[entry] = true
	return nil
}

func (p *Policy) addLog(vkey string) error {
	k, err := parseVkey(record.Plain, vkey)
	if err != nil {
		return err
	}
	p.Logs = append(p.Logs, k)
	return p.once("log", k)
}

func (p *Policy) addWitness(name, vkey string) error {
	k, err := parseVkey(record.Cosigned, vkey)
	if err != nil {
		return err
	}
	p.Witnesses[name] = k
	if err := p.once("witness", k); err != nil {
		return err
	}
	return p.define(name, group{witness: &k})
}

func (p *Policy) addGroup(name, threshold string, members []string) error {
	for _, member := range members {
		if _, defined := p.groups[member]; !defined {
			return fmt.Errorf("%q is not defined yet", member)
		}
		if p.taken[member] {
			return fmt.Errorf("%q is a member a second time", member)
		}
		p.taken[member] = true
	}
	k, err := parseThreshold(threshold, len(members))
	if err != nil {
		return err
	}
	return p.define(name, group{k: k, members: members})
}

func parseThreshold(text string, n int) (int, error) {
	switch text {
	case "any":
		return 1, nil
	case "all":
		return n, nil
	}
	k, err := strconv.ParseUint(text, 10, 31)
	if err != nil || k < 1 || int(k) > n {
		return 0, fmt.Errorf("threshold %q of %d", text, n)
	}
	return int(k), nil
}

func (p *Policy) define(name string, g group) error {
	if _, defined := p.groups[name]; defined || name == "none" {
		return fmt.Errorf("name %q is taken", name)
	}
	p.groups[name] = g
	return nil
}

func (p *Policy) setQuorum(name string) error {
	if _, defined := p.groups[name]; p.quorum != "" || !defined && name != "none" {
		return fmt.Errorf("quorum %q is a second one or not defined", name)
	}
	p.quorum = name
	return nil
}

// Met tells whether the keys that signed, by vkey, satisfy the quorum.
func (p *Policy) Met(signed map[string]bool) bool {
	return p.quorum == "none" || p.holds(p.quorum, signed)
}

func (p *Policy) holds(name string, signed map[string]bool) bool {
	g := p.groups[name]
	if g.witness != nil {
		return signed[g.witness.Vkey()]
	}
	count := 0
	for _, member := range g.members {
		if p.holds(member, signed) {
			count++
		}
	}
	return count >= g.k
}

// Check asks a checkpoint for one log signature and for the quorum, and tells how many of each there are.
func (p *Policy) Check(origin, text string, lines []record.NoteLine) (logs, seals int, err error) {
	signed := map[string]bool{}
	for _, line := range lines {
		for _, log := range p.Logs {
			if log.Called == origin && line.IsBy(log) {
				logs++
				if !log.Verify([]byte(text), line.Blob[4:]) {
					return 0, 0, fmt.Errorf("checkpoint: a line of the log does not verify")
				}
			}
		}
		for _, witness := range p.Witnesses {
			if !line.IsBy(witness) {
				continue
			}
			if !witness.Verify([]byte(text), line.Blob[4:]) {
				return 0, 0, fmt.Errorf("checkpoint: a line of %s does not verify", witness.Called)
			}
			signed[witness.Vkey()] = true
		}
	}
	if logs == 0 {
		return 0, 0, fmt.Errorf("checkpoint: no log of the policy signed it")
	}
	if !p.Met(signed) {
		return 0, 0, fmt.Errorf("checkpoint: quorum %q is not met", p.quorum)
	}
	return logs, len(signed), nil
}
