package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// Signature types of [C2SP signed-note].
const (
	typeEd25519     = 0x01
	typeCosignature = 0x04
)

// key is an Ed25519 key with the name and the type that its signatures carry.
type key struct {
	name  string
	alg   byte
	bytes [ed25519.PublicKeySize]byte
}

// id = SHA-256(name || "\n" || alg || key)[:4]
func (k key) id() uint32 {
	message := append([]byte(k.name+"\n"), k.alg)
	sum := sha256.Sum256(append(message, k.bytes[:]...))
	return binary.BigEndian.Uint32(sum[:4])
}

// vkey = name+hex(id)+base64(alg || key)
func (k key) vkey() string {
	encoded := base64.StdEncoding.EncodeToString(append([]byte{k.alg}, k.bytes[:]...))
	return fmt.Sprintf("%s+%08x+%s", k.name, k.id(), encoded)
}

// verifier leaves type 01 to the note library and adds type 04.
func (k key) verifier() (note.Verifier, error) {
	if k.alg == typeCosignature {
		return cosigner{k}, nil
	}
	return note.NewVerifier(k.vkey())
}

func parseBareKey(name string, alg byte, text string) (key, error) {
	k := key{name: name, alg: alg}
	raw, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil || len(raw) != len(k.bytes) {
		return key{}, fmt.Errorf("%q is not the base64 of 32 bytes", text)
	}
	copy(k.bytes[:], raw)
	return k, nil
}

// badKey is what reading a record is given up with.
type badKey struct{ error }

// mustKey is the key of a record's line.
func mustKey(name string, alg byte, text string) key {
	k, err := parseBareKey(name, alg, text)
	if err != nil {
		panic(badKey{err})
	}
	return k
}

func (k key) base64() string { return base64.StdEncoding.EncodeToString(k.bytes[:]) }

// parseVkey accepts the one rendering of a key of type alg.
func parseVkey(alg byte, text string) (key, error) {
	parts := strings.SplitN(text, "+", 3)
	if len(parts) != 3 {
		return key{}, fmt.Errorf("vkey %q lacks a part", text)
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(parts[2])
	if err != nil || len(raw) != 1+ed25519.PublicKeySize || raw[0] != alg {
		return key{}, fmt.Errorf("vkey %q is not of type %02x", text, alg)
	}
	k := key{name: parts[0], alg: alg}
	copy(k.bytes[:], raw[1:])
	if k.name == "" || k.vkey() != text {
		return key{}, fmt.Errorf("vkey %q does not carry its own id", text)
	}
	return k, nil
}

// cosigner checks [C2SP tlog-cosignature] cosignature/v1 for the note library.
type cosigner struct{ key }

func (c cosigner) Name() string    { return c.name }
func (c cosigner) KeyHash() uint32 { return c.id() }

// Verify: sig = u64 BE time || Ed25519("cosignature/v1\ntime N\n" || body)
func (c cosigner) Verify(body, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	time := binary.BigEndian.Uint64(sig)
	if time >= 1<<63 {
		return false
	}
	message := append([]byte(fmt.Sprintf("cosignature/v1\ntime %d\n", time)), body...)
	return ed25519.Verify(c.bytes[:], message, sig[8:])
}

// group holds when at least k of its members hold; a witness is a group of itself.
type group struct {
	witness *key
	k       int
	members []string
}

// policy is a [C2SP tlog-policy] file.
type policy struct {
	logs      []key
	witnesses map[string]key
	groups    map[string]group
	quorum    string
	taken     map[string]bool
	keys      map[string]bool
}

func parsePolicy(text string) (*policy, error) {
	p := &policy{
		witnesses: map[string]key{}, groups: map[string]group{},
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

func (p *policy) parseLine(line string) error {
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
func (p *policy) once(role string, k key) error {
	entry := role + string(k.bytes[:])
	if p.keys[entry] {
		return fmt.Errorf("a second %s with one key", role)
	}
	p.keys[entry] = true
	return nil
}

func (p *policy) addLog(vkey string) error {
	k, err := parseVkey(typeEd25519, vkey)
	if err != nil {
		return err
	}
	p.logs = append(p.logs, k)
	return p.once("log", k)
}

func (p *policy) addWitness(name, vkey string) error {
	k, err := parseVkey(typeCosignature, vkey)
	if err != nil {
		return err
	}
	p.witnesses[name] = k
	if err := p.once("witness", k); err != nil {
		return err
	}
	return p.define(name, group{witness: &k})
}

func (p *policy) addGroup(name, threshold string, members []string) error {
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

func (p *policy) define(name string, g group) error {
	if _, defined := p.groups[name]; defined || name == "none" {
		return fmt.Errorf("name %q is taken", name)
	}
	p.groups[name] = g
	return nil
}

func (p *policy) setQuorum(name string) error {
	if _, defined := p.groups[name]; p.quorum != "" || !defined && name != "none" {
		return fmt.Errorf("quorum %q is a second one or not defined", name)
	}
	p.quorum = name
	return nil
}

// verifiers are those of all logs and witnesses.
func (p *policy) verifiers() (note.Verifiers, error) {
	var list []note.Verifier
	all := append([]key(nil), p.logs...)
	for _, k := range p.witnesses {
		all = append(all, k)
	}
	for _, k := range all {
		v, err := k.verifier()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", k.vkey(), err)
		}
		list = append(list, v)
	}
	return note.VerifierList(list...), nil
}

// met tells whether the keys that signed, by vkey, satisfy the quorum.
func (p *policy) met(signed map[string]bool) bool {
	return p.quorum == "none" || p.holds(p.quorum, signed)
}

func (p *policy) holds(name string, signed map[string]bool) bool {
	g := p.groups[name]
	if g.witness != nil {
		return signed[g.witness.vkey()]
	}
	count := 0
	for _, member := range g.members {
		if p.holds(member, signed) {
			count++
		}
	}
	return count >= g.k
}
