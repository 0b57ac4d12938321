package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

const genesisLine = "nemcon/v1 genesis"

// party is a member or a participant, with its keys as they stand.
type party struct {
	code     string
	member   bool
	weight   string
	title    string
	required int
	officers []key
	recovery key
	seal     []key
	node     []key
}

// genesis is leaf 0 of the log, as far as a verifier needs it, and the roster that it becomes.
type genesis struct {
	name    string
	digest  string
	parties map[string]*party
	order   []string
}

// origin = name/first 16 hex digits of SHA-256(leaf 0)
func (g *genesis) origin() string { return g.name + "/" + g.digest[:16] }

func parseGenesis(text string) (*genesis, error) {
	lines := strings.Split(text, "\n")
	if len(lines) < 3 || lines[0] != genesisLine || !strings.HasPrefix(lines[1], "origin ") {
		return nil, fmt.Errorf("leaf 0 does not begin as a genesis")
	}
	sum := sha256.Sum256([]byte(text))
	g := &genesis{
		name:    strings.TrimPrefix(lines[1], "origin "),
		digest:  hex.EncodeToString(sum[:]),
		parties: map[string]*party{},
	}
	for number, line := range lines[2:] {
		if err := g.parseLine(strings.Split(line, " ")); err != nil {
			return nil, fmt.Errorf("leaf 0, line %d: %w", number+3, err)
		}
	}
	return g, nil
}

func (g *genesis) parseLine(words []string) error {
	switch n := len(words); {
	case words[0] == "member" && n >= 5:
		p := &party{code: words[1], member: true, weight: words[2], title: strings.Join(words[4:], " ")}
		return g.addParty(p, words[3])
	case words[0] == "participant" && n >= 5:
		return g.addParty(&party{code: words[1]}, words[2])
	case words[0] == "officer" && n == 4:
		return g.addKey(words[1], typeEd25519, words[2], words[3])
	case words[0] == "recovery" && n == 3:
		return g.addKey(words[1], typeEd25519, "recovery", words[2])
	case words[0] == "node" && n == 3:
		return g.addKey(words[1], typeEd25519, "", words[2])
	case words[0] == "seal" && n == 3:
		return g.addKey(words[1], typeCosignature, "", words[2])
	case words[0] == "member", words[0] == "participant", words[0] == "officer",
		words[0] == "recovery", words[0] == "node", words[0] == "seal":
		return fmt.Errorf("a %s line of %d words", words[0], n)
	}
	return nil
}

func (g *genesis) addParty(p *party, required string) error {
	k, err := strconv.Atoi(required)
	if err != nil || k < 1 || g.parties[p.code] != nil {
		return fmt.Errorf("%s needs %q officers, or is there already", p.code, required)
	}
	p.required = k
	g.parties[p.code] = p
	g.order = append(g.order, p.code)
	return nil
}

func (g *genesis) addKey(code string, alg byte, label, text string) error {
	p := g.parties[code]
	if p == nil {
		return fmt.Errorf("a key of %s, who is not there", code)
	}
	name := g.name + "/" + code
	if label != "" {
		name += "/" + label
	}
	k, err := parseBareKey(name, alg, text)
	if err != nil {
		return err
	}
	switch {
	case label == "recovery":
		p.recovery = k
	case label != "":
		p.officers = append(p.officers, k)
	case alg == typeCosignature:
		p.seal = append(p.seal, k)
	default:
		k.name = g.origin()
		p.node = append(p.node, k)
	}
	return nil
}

// members in the order of the genesis.
func (g *genesis) members() []*party {
	var members []*party
	for _, code := range g.order {
		if g.parties[code].member {
			members = append(members, g.parties[code])
		}
	}
	return members
}

// holdsPolicy tells whether a policy says what the roster says: its members' node keys alone are
// logs, their seal keys alone are witnesses, and the quorum lacks no one of them.
func (g *genesis) holdsPolicy(p *policy) error {
	nodes, seals := map[string]bool{}, map[string]bool{}
	for _, member := range g.members() {
		if len(member.seal) != 1 || len(member.node) != 1 {
			return fmt.Errorf("%s has not one seal key and one node key", member.code)
		}
		nodes[member.node[0].vkey()] = true
		seals[member.seal[0].vkey()] = true
	}
	for _, k := range p.logs {
		if !nodes[k.vkey()] {
			return fmt.Errorf("log %s is no node of the roster", k.vkey())
		}
	}
	for _, k := range p.witnesses {
		if !seals[k.vkey()] {
			return fmt.Errorf("witness %s is no seal key of the roster", k.vkey())
		}
	}
	return g.needsEverybody(p, seals)
}

func (g *genesis) needsEverybody(p *policy, seals map[string]bool) error {
	if len(seals) == 0 || !p.met(seals) {
		return fmt.Errorf("all members together do not meet the quorum")
	}
	for _, member := range g.members() {
		vkey := member.seal[0].vkey()
		seals[vkey] = false
		if p.met(seals) {
			return fmt.Errorf("the quorum is met without %s", member.code)
		}
		seals[vkey] = true
	}
	return nil
}
