//! The log: blocks and records to walk, a search, and each record with its proof.

use maud::{Markup, html};
use nemcon_crypto::merkle::{Tree, leaf_hash};
use nemcon_crypto::{LeafIndex, TreeSize};
use nemcon_ledger::record::Record;
use nemcon_ledger::text::Line;

use super::frame::{Section, page};
use super::parts::{digest, exact, live, moment};
use super::timeline::headline;
use crate::desk::Desk;
use crate::own_copy::OwnCopy;
use crate::trouble::Trouble;
use crate::uploads::Sent;
use crate::visit::Visit;
use crate::words::Words;

/// The blocks on one page.
const BLOCKS_ON_A_PAGE: usize = 25;
/// The most records that a search finds.
const FOUND_MAX: usize = 60;
/// The longest words that are searched for, in bytes.
const SEARCHED_BYTES_MAX: usize = 200;

/// The blocks, newest first, or what a search finds.
///
/// # Errors
/// [`Trouble`].
pub(crate) fn ledger(desk: &Desk, visit: &Visit, query: &Sent) -> Result<Markup, Trouble> {
    let (words, zone) = (visit.words, desk.charter()?.zone.as_ref());
    let wanted = query.get("q");
    let below: Option<u64> = query.get("below").parse().ok();
    let list = desk.with_copy(|copy| {
        if wanted.is_empty() {
            blocks(words, copy, below, zone)
        } else {
            found(words, copy, wanted, zone)
        }
    })?;
    let head = desk.with_copy(|copy| {
        html! {
            p class="lead" { ((words.log_holds)(copy.size(), copy.chain().height().0)) }
            p class="small" { (words.root) " " (digest(&copy.chain().root())) }
            @if let Some(sealed) = copy.sealed() { p class="verdict good" { "✓ " ((words.sealed_by)(sealed.members, sealed.height)) } }
        }
    })?;
    let body = html! {
        header class="head" {
            h1 { (words.ledger) }
            (live("head", &head))
            form class="search" role="search" action="/ledger" {
                label for="q" { (words.search_log) }
                input type="search" id="q" name="q" value=(wanted) maxlength="200";
                button { (words.find) }
            }
        }
        (live("log", &list))
    };
    Ok(page(desk, visit, Section::Ledger, words.ledger, &body))
}

fn blocks(words: &Words, copy: &OwnCopy, below: Option<u64>, zone: Option<&Line>) -> Markup {
    let ends: Vec<_> = copy
        .ends()
        .filter(|(size, _)| below.is_none_or(|below| *size < below))
        .take(BLOCKS_ON_A_PAGE + 1)
        .collect();
    let genesis = copy.council().genesis();
    html! {
        ol class="chain" {
            @for pair in ends.windows(2) {
                @let ((size, end), (before, _)) = (pair[0], pair[1]);
                li {
                    h2 { ((words.block_n)(end.height.0)) " " span class="small" { (moment(words, end.time, zone)) } @if copy.is_sealed(size - 1) { " " span class="badge" { (words.sealed) } } }
                    ul class="rows" { @for leaf in before..size { @if let Some(record) = copy.record(leaf) {
                        @let (who, what) = headline(&record, genesis);
                        li { a href=(format!("/ledger/{leaf}")) { (leaf) } " " strong { (who) } " " span lang="en" { (what) } }
                    } } }
                }
            }
            @if let Some((1, _)) = ends.last() {
                li { h2 { a href="/ledger/0" { (words.founding) } } }
            }
        }
        @if ends.len() > BLOCKS_ON_A_PAGE { @if let Some((size, _)) = ends.get(BLOCKS_ON_A_PAGE - 1) { p { a href=(format!("/ledger?below={size}")) { (words.older) } } } }
    }
}

/// Records that hold the words, newest first; a number finds the record and what is about that measure.
fn found(words: &Words, copy: &OwnCopy, wanted: &str, zone: Option<&Line>) -> Markup {
    let wanted = wanted.chars().take(SEARCHED_BYTES_MAX).collect::<String>().to_lowercase();
    let genesis = copy.council().genesis();
    let mut leaves: Vec<u64> = Vec::new();
    if let Ok(number) = wanted.parse::<u64>() {
        leaves.extend(copy.about(number));
        leaves.reverse();
    }
    for (at, record) in copy.records().iter().enumerate().rev() {
        let leaf = at as u64;
        if leaves.len() >= FOUND_MAX {
            break;
        }
        let is_it = record.to_lowercase().contains(&wanted)
            || leaf_hash(record.as_bytes()).to_string() == wanted;
        if is_it && !leaves.contains(&leaf) {
            leaves.push(leaf);
        }
    }
    leaves.truncate(FOUND_MAX);
    html! {
        @if leaves.is_empty() { p class="empty" { (words.nothing_found) } }
        ul class="rows" { @for leaf in leaves { @if let Some(record) = copy.record(leaf) {
            @let (who, what) = headline(&record, genesis);
            li { a href=(format!("/ledger/{leaf}")) { (leaf) } " " strong { (who) } " " span lang="en" { (what) }
                @if let Some((_, end)) = copy.block_of(leaf) { span class="small" { ((words.block_n)(end.height.0)) ", " (moment(words, end.time, zone)) } } }
        } } }
    }
}

/// One record.
///
/// # Errors
/// [`Trouble`].
pub(crate) fn record(desk: &Desk, visit: &Visit, leaf: u64) -> Result<Markup, Trouble> {
    let (words, zone) = (visit.words, desk.charter()?.zone.as_ref());
    let title = (words.record)(leaf);
    let body = desk.with_copy(|copy| {
        let record = copy.record(leaf)?;
        let (who, what) = headline(&record, copy.council().genesis());
        let parsed = Record::parse(record.as_bytes());
        let text = match &parsed {
            Ok(Record::Statement(statement)) => Some(statement.text_hash),
            _ => None,
        };
        Some(html! {
            header class="head" {
                p class="eyebrow" { a href="/ledger" { (words.ledger) } " · " (title) }
                h1 { (who) }
                p class="lead" lang="en" { (what) }
                @if copy.is_sealed(leaf) { p class="verdict good" { "✓ " (words.record_sealed) } }
                @else { p class="verdict" { (words.record_unsealed) } }
            }
            (exact(&record))
            dl class="facts" {
                @if let Some((_, end)) = copy.block_of(leaf) { div { dt { ((words.block_n)(end.height.0)) } dd { (moment(words, end.time, zone)) } } }
                div { dt { (words.leaf_hash) } dd { (digest(&leaf_hash(record.as_bytes()))) } }
                @if let Some(text) = text { div { dt { (words.text_hash) } dd { (digest(&text)) } } }
            }
            (proof(words, copy, leaf))
            nav class="buttons" aria-label=(words.ways_in_log) {
                @if leaf > 0 { a class="button" href=(format!("/ledger/{}", leaf - 1)) rel="prev" { "← " ((words.record)(leaf - 1)) } }
                @if leaf + 1 < copy.size() { a class="button" href=(format!("/ledger/{}", leaf + 1)) rel="next" { ((words.record)(leaf + 1)) " →" } }
            }
        })
    })?;
    Ok(page(desk, visit, Section::Ledger, &title, &body.ok_or(Trouble::NotFound)?))
}

/// That the record stands in the tree that all have sealed: its path to the root.
fn proof(words: &Words, copy: &OwnCopy, leaf: u64) -> Markup {
    let Some(sealed) = copy.sealed().filter(|sealed| leaf < sealed.size) else { return html! {} };
    let held = copy.records();
    let size = usize::try_from(sealed.size).unwrap_or(usize::MAX);
    let Some(below) = held.get(..size) else { return html! {} };
    let mut tree = Tree::default();
    for record in below {
        tree.append(leaf_hash(record.as_bytes()));
    }
    let Ok(path) = tree.inclusion_proof(LeafIndex(leaf), TreeSize(sealed.size)) else {
        return html! {};
    };
    html! {
        details { summary { (words.proof_of_inclusion) }
            p class="small" { ((words.proof_size)(sealed.size)) }
            ol class="hashes" { @for it in path { li { (digest(&it)) } } } }
    }
}
