use super::Kept;

const A: &str = "use super::b::B;\npub struct A;\npub fn f() {}\n";

/// Two files of one crate that both name something of the other, or not.
fn pair(a: &str, b: &str) -> Kept {
    Kept::new()
        .write("ledger/kit/src/lib.rs", "mod a;\nmod b;\npub use a::A as Alias;\npub use b::*;\n")
        .write("ledger/kit/src/a.rs", a)
        .write("ledger/kit/src/b.rs", b)
}

#[test]
fn a_circle_of_two_is_told_with_every_line_that_ties_it() {
    let found = pair(A, "pub struct B;\nuse crate::a::{self, A};\nfn g() { a::f() }\n");
    assert_eq!(
        found.findings(),
        [
            "ledger/kit/src/a.rs:1: 2 files need each other in a circle; move what they share into a \
          file below them\n    ledger/kit/src/a.rs:1: needs B of ledger/kit/src/b.rs\n    \
          ledger/kit/src/b.rs:2: needs A, f of ledger/kit/src/a.rs"
        ]
    );
}

#[test]
fn a_circle_is_found_however_the_other_file_is_named() {
    for way in [
        "use super::a::f as g;",
        "use crate::{a::{self as other, A}};",
        "fn g() { super::a::f() }",
        "fn g(a: crate::a::A) {}",
        "impl super::a::A {}",
        "use crate::a; fn g() { a::f() }",
        "use super::a::*; fn g(_: A) {}",
        "use crate::Alias;",
        "use super::*; fn g(_: Alias) {}",
        "use crate::a; fn g() { assert!(x.y, \"{}\", 0..a::f()) }",
        "macro_rules! m { () => { $crate::a::f() } }",
        "use crate::a; #[serde(with = \"a\")] struct S;",
        "fn g() { use crate::a::A; }",
        "mod inner { use super::super::a::A; }",
        "pub(crate) use super::a::A;",
    ] {
        pair(A, &format!("pub struct B;\n{way}")).finds("ledger/kit/src/a.rs:1: 2 files");
    }
}

#[test]
fn what_names_nothing_of_the_other_file_is_no_circle() {
    for way in [
        "// crate::a::A\n/// [`super::a::A`]\nconst TEXT: &str = \"crate::a::A\";",
        "use crate::a;",
        "fn g(x: X) { x.a.f(); assert!(x.a.f) }",
        "use crate::a; fn g() { std::a::f(); ::a::f() }",
        "#[cfg(test)]\nmod tests { use crate::a::A; }",
        "#[cfg(test)]\nuse crate::a::A;",
        "#[cfg(any(test, feature = \"fixture\"))]\nfn g() { crate::a::f() }",
        "impl B { #[cfg(test)] fn g() { crate::a::f() } }",
        "use crate::a; macro_rules! m { () => { a::f() } }",
        "use super::*; fn g(x: X) { assert!(x.Alias, x.Alias::<u8>()) }",
    ] {
        pair(A, &format!("pub struct B;\n{way}")).finds_nothing();
    }
    for condition in ["not(test)", "any(test, unix)", "any(test, feature = \"other\")", "unix"] {
        let ships = format!("pub struct B;\n#[cfg({condition})]\nuse crate::a::A;");
        pair(A, &ships).finds("ledger/kit");
    }
}

#[test]
fn a_parent_and_its_child_that_need_each_other_are_a_circle() {
    let child = |parent: &str, child: &str| {
        Kept::new().write("ledger/kit/src/lib.rs", parent).write("ledger/kit/src/child.rs", child)
    };
    let needs_parent = "pub struct X;\nuse super::Y;";
    child("mod child;\nuse child::X;\npub struct Y;", needs_parent)
        .finds("ledger/kit/src/child.rs:2: 2 files");
    child("mod child;\npub use child::X;\npub struct Y;", needs_parent).finds_nothing();
    child("mod child;\npub struct Y(child::X);", "pub struct X;\nimpl super::Y {}")
        .finds("ledger/kit");
    child("macro_rules! y { () => {} }\nmod child;\nuse child::X;", "pub struct X;\ny!();")
        .finds("ledger/kit");
    child("made! { Y }\nmod child;\nuse child::X;", needs_parent).finds("ledger/kit");
    child(
        "made! { struct Y; }\nmod child;\nuse child::X;",
        "pub struct X;\nuse super::*;\nimpl Y {}",
    )
    .finds("ledger/kit");
    let names = "mod child;\nmod y;\nfn y() {}\nuse child::X;";
    child(names, "pub struct X;\nuse super::y::Y;")
        .write("ledger/kit/src/y.rs", "pub struct Y;")
        .finds_nothing();
    child("made! { struct Y; }\nmod child;\nuse child::X;", needs_parent).finds("ledger/kit");
}
