//! A certificate as a page for people: what it shows, and the certificate itself, to be taken out and verified.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use nemcon_ledger::audit::certificate::{Certificate, Proven};

use super::words::{rows, verdict};
use nemcon_ledger::text::Line;

use crate::html::{Html, document, unescaped};

/// The element that holds the certificate. What stands before it in the page is ours and holds no such element.
const HELD: &str = "<pre id=\"certificate\">";
const HELD_END: &str = "</pre>";

/// The page of a certificate that was judged.
pub fn page(certificate: &Certificate, proven: &Proven) -> String {
    let text = certificate.render();
    let marking = certificate.marking.as_ref().filter(|_| proven.is_faultless());
    let marking = marking.map(Line::as_str);
    let title = format!("Certificate of measure {}: {}", proven.measure, verdict(proven));
    document(&title, marking, |html| {
        html.element("header", |html| {
            if let Some(marking) = marking {
                html.with("p", &[("class", "marking")], |html| html.words(marking));
            }
            html.line(
                "h1",
                if proven.is_faultless() { &proven.report.name } else { "Certificate" },
            );
            html.with("p", &[("class", "subject")], |html| {
                html.words("Certificate: ");
                html.line("strong", &verdict(proven));
            });
        });
        html.element("main", |html| {
            shown(html, proven);
            held(html, certificate, &text);
        });
    })
}

fn shown(html: &mut Html, proven: &Proven) {
    html.with("table", &[("class", "facts")], |html| {
        html.element("tbody", |html| {
            for (what, said) in rows(proven) {
                html.element("tr", |html| {
                    // A row that goes on with what the one above has begun has no name of its own.
                    match what.trim() {
                        "" => html.line("td", ""),
                        what => html.with("th", &[("scope", "row")], |html| html.words(what)),
                    }
                    html.line("td", &said);
                });
            }
        });
    });
}

/// The certificate itself, and how it is verified.
fn held(html: &mut Html, certificate: &Certificate, text: &str) {
    html.line("h2", "The certificate itself");
    html.line(
        "p",
        "This page tells what a program has found, and proves nothing by itself: anybody can write a page. The \
         certificate is in it. Save it, or give this page, to a program that you trust:",
    );
    let command = format!("nemcon verify FILE --council {}", certificate.council);
    html.element("p", |html| html.exact(&command));
    html.line("p", "Take the council digest from the founding papers, and not from here.");
    let name = format!("measure-{}.nemcon", certificate.measure);
    let data = format!("data:application/octet-stream;base64,{}", STANDARD.encode(text));
    html.element("p", |html| {
        html.with("a", &[("download", &name), ("href", &data)], |html| {
            html.words(&format!("Save {name}"));
        });
    });
    html.with("details", &[], |html| {
        html.line("summary", "Read it");
        html.constant(HELD);
        html.text(text);
        html.constant(HELD_END);
    });
}

/// The certificate that a page holds; none if it holds none.
pub fn held_in(page: &[u8]) -> Option<Vec<u8>> {
    let page =
        core::str::from_utf8(page).ok().filter(|page| page.starts_with("<!DOCTYPE html>"))?;
    let (_, behind) = page.split_once(HELD)?;
    let (held, _) = behind.split_once(HELD_END)?;
    Some(unescaped(held).into_bytes())
}
