//! The nodes: ordering, seals, clock, peers and what is wrong, in the node's words; and whether nodes agree.

use std::thread;

use maud::{Markup, html};
use nemcon_client::api::Status;
use nemcon_client::client::Client;

use super::frame::{Section, page};
use super::parts::{codes, digest, live, moment};
use crate::desk::Desk;
use crate::own_copy::OwnCopy;
use crate::trouble::Trouble;
use crate::visit::Visit;
use crate::words::Words;

/// The page.
///
/// # Errors
/// [`Trouble`].
pub(crate) fn nodes(desk: &Desk, visit: &Visit) -> Result<Markup, Trouble> {
    let words = visit.words;
    let others = told_by(&desk.others);
    let status = desk.status();
    let status = match &status {
        Ok(status) => Some(status),
        Err(Trouble::Lost(_)) => None,
        Err(_) => return status.map(|_| html! {}),
    };
    let copy = desk.with_copy(|copy| own_copy(words, copy))?;
    let body = html! {
        header class="head" { h1 { (words.nodes) }
            @match status {
                Some(status) => p class="lead" { ((words.node_of)(status.member.as_str())) },
                None => p class="lead alone" { (words.lost_title) },
            } }
        @if let Some(status) = status { (live("conditions", &conditions(words, status))) }
        (live("copy", &copy))
        @if !others.is_empty() {
            section aria-labelledby="others" { h2 id="others" { (words.other_nodes) }
                ul class="rows" { @for (client, told) in &others { li { (other(words, client, told.as_ref(), status)) } } } }
        }
        @if let Some(status) = status {
            (live("state", &state(words, status)))
            (live("peers", &peers(words, status)))
        }
    };
    Ok(page(desk, visit, Section::Nodes, words.nodes, &body))
}

/// What the other nodes say of themselves. All are asked at once, so that those that stall are waited for once.
fn told_by(others: &[Client]) -> Vec<(&Client, Option<Status>)> {
    thread::scope(|scope| {
        let asked: Vec<_> = others
            .iter()
            .map(|client| {
                let asked = thread::Builder::new().spawn_scoped(scope, || client.status().ok());
                (client, asked)
            })
            .collect();
        let told = asked.into_iter().map(|(client, asked)| {
            (client, asked.ok().and_then(|asked| asked.join().ok()).flatten())
        });
        told.collect()
    })
}

fn conditions(words: &Words, status: &Status) -> Markup {
    html! {
        section aria-labelledby="conditions" {
            h2 id="conditions" { (words.conditions) }
            @if status.conditions.is_empty() { p class="verdict good" { "✓ " (words.no_conditions) } }
            @for it in &status.conditions {
                article class="attention" lang="en" { h3 { (it.name) " · " (it.about) } p { (it.means) } p { (it.advice) } p class="small" { (words.since) " " (moment(words, it.since, None)) } }
            }
            @if status.observing { p class="attention" { (words.observing) } }
            @if status.following { p class="attention" { (words.only_follows) } }
        }
    }
}

fn own_copy(words: &Words, copy: &OwnCopy) -> Markup {
    html! {
        section aria-labelledby="copy" {
            h2 id="copy" { (words.own_copy) }
            p { (words.own_copy_more) }
            @if let Some(fault) = copy.fault() {
                div class="verdict bad" role="alert" { p { "✕ " (words.broken_log) } p { ((words.record)(fault.leaf)) ": " span lang="en" { (fault.why) } }
                    @if let Some(at) = fault.found { p class="small" { (words.since) " " (moment(words, at, None)) } }
                    p { (words.sign_nothing) } }
            } @else if copy.is_level() { p class="verdict good" { "✓ " ((words.copy_level)(copy.size())) } }
            @else { p class="verdict" { ((words.being_checked)(copy.size(), copy.told())) } }
            @if let Some(sealed) = copy.sealed() { p { ((words.sealed_by)(sealed.members, sealed.height)) } }
        }
    }
}

/// What another node says, and whether it is the same.
fn other(words: &Words, client: &Client, told: Option<&Status>, ours: Option<&Status>) -> Markup {
    let Some(told) = told else {
        return html! { strong { (client.base()) } " " (words.does_not_answer) };
    };
    let differs = ours.is_some_and(|ours| {
        told.council != ours.council || (told.size == ours.size && told.root != ours.root)
    });
    let elsewhere = ours.map(|ours| ours.height).filter(|height| *height != told.height);
    html! {
        strong { (told.member) } " " span class="small" { (client.base()) } " "
        @if differs { span class="verdict bad" { "✕ " (words.nodes_differ) } }
        @else { ((words.at_block)(told.height)) @if let Some(height) = elsewhere { " (" ((words.at_block)(height)) ")" } }
    }
}

fn state(words: &Words, status: &Status) -> Markup {
    html! {
        section aria-labelledby="state" {
            h2 id="state" { (words.ordering) }
            dl class="facts" {
                div { dt { (words.block) } dd { (status.height) @if let Some(at) = status.block_time { ", " (moment(words, at, None)) } } }
                div { dt { (words.records) } dd { (status.size) } }
                div { dt { (words.root) } dd { (digest(&status.root)) } }
                div { dt { (words.sealed) } dd { ((words.sealed_to)(status.sealed_height)) } }
                @if let Some(clock) = &status.clock { div { dt { (words.clock) } dd { ((words.clock_off)(clock.ahead_ms, clock.heard)) } } }
                @if let Some(awaits) = &status.awaits { div { dt { (words.awaits) } dd { span lang="en" { (awaits.step) } ": " (codes(words, &awaits.silent, None)) } } }
                @if status.pending_count > 0 { div { dt { (words.waiting_records) } dd { (status.pending_count)
                    ": " @for it in status.pending.iter().take(8) { span lang="en" { (it.kind) " of " (it.by) "; " } } } } }
            }
        }
    }
}

fn peers(words: &Words, status: &Status) -> Markup {
    html! {
        section aria-labelledby="peers" {
            h2 id="peers" { (words.peers) }
            ol class="tiles" {
                @for it in &status.members {
                    li class={ "tile " (if it.connected { "favour" } else { "against" }) } {
                        span class="code" { (it.code) }
                        span class="sign" aria-hidden="true" { (if it.connected { "✓" } else { "✕" }) }
                        span class="name" { (it.name) }
                        span class="word" { (if it.connected { words.connected } else { words.not_connected }) ", " ((words.sealed_to)(it.sealed_height))
                            @if it.frozen { ", " (words.frozen) } }
                    }
                }
            }
        }
    }
}
