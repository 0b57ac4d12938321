//! The result of an audit as one HTML file, for people and for the printer.

use nemcon_client::html::{Html, document};
use nemcon_ledger::audit::{Fault, MeasureReport, Report, seal_time};

use super::{public, words};

/// The report as a document that loads nothing.
pub(super) fn of(report: &Report) -> String {
    let council = if report.name.is_empty() { "a council" } else { &report.name };
    let verdict = words::verdict(report);
    let charter = report.state.as_ref().map(|state| &state.genesis().charter);
    let marking = charter.and_then(|it| it.publication.as_ref()).map(|it| it.marking.as_str());
    document(&format!("Audit of {council}: {verdict}"), marking, |html| {
        html.element("header", |html| {
            if let Some(marking) = marking {
                html.with("p", &[("class", "marking")], |html| html.words(marking));
            }
            html.line("h1", council);
            html.with("p", &[("class", "subject")], |html| {
                html.words("Audit: ");
                html.line("strong", verdict);
            });
        });
        html.element("main", |html| body(html, report));
    })
}

fn body(html: &mut Html, report: &Report) {
    if report.fault_count > 0 {
        html.line("h2", "What is wrong");
        faults(html, report);
    }
    list(html, "What could not be judged", &words::not_judged(report));
    html.line("h2", "What was checked");
    html.with("table", &[("class", "facts")], |html| {
        html.element("tbody", |html| {
            if let Some(council) = report.council {
                fact(html, "council", |html| html.exact(&council.to_string()));
            }
            for (what, said) in words::checks(report) {
                fact(html, what, |html| html.words(&said));
            }
            if let Some(root) = report.root {
                fact(html, "root", |html| html.exact(&root.to_string()));
            }
        });
    });
    let proven = public::proves(report).into_iter();
    let proven: Vec<_> = proven.map(|(what, said)| format!("{what}: {said}")).collect();
    list(html, "What a public export proves", &proven);
    measures(html, report);
    let changes = report.changes.iter();
    let changes =
        changes.map(|change| format!("{}: {}, record {}", change.kind, change.by, change.leaf.0));
    list(html, "Keys and seats", &changes.collect::<Vec<_>>());
    if let Some(heirs) = &report.heirs {
        list(html, "Succession", &words::heirs(heirs));
    }
    let seals = report.seal_times.iter();
    let seals = seals.map(|(code, time_s)| format!("{code}: {}", seal_time(*time_s)));
    list(html, "Seals, at the times that the nodes state", &seals.collect::<Vec<_>>());
    list(html, "What was not checked", &words::not_checked(report));
    let remarks: Vec<_> = report.remarks.iter().map(ToString::to_string).collect();
    list(html, "What is odd and breaks no rule", &remarks);
}

fn fact(html: &mut Html, what: &str, said: impl FnOnce(&mut Html)) {
    html.element("tr", |html| {
        html.with("th", &[("scope", "row")], |html| html.words(what));
        html.element("td", said);
    });
}

/// A heading and a list below it; nothing if there is nothing in the list.
fn list(html: &mut Html, title: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    html.line("h2", title);
    html.element("ul", |html| {
        for line in lines {
            html.line("li", line);
        }
    });
}

/// A table with these columns and what `rows` writes.
fn table(html: &mut Html, columns: &[&str], rows: impl FnOnce(&mut Html)) {
    html.element("table", |html| {
        html.element("thead", |html| {
            html.element("tr", |html| {
                for column in columns {
                    html.with("th", &[("scope", "col")], |html| html.words(column));
                }
            });
        });
        html.element("tbody", rows);
    });
}

fn measures(html: &mut Html, report: &Report) {
    let of_it = |measure: &MeasureReport| {
        let decision = report.decisions.iter().find(|it| it.measure == measure.number);
        (
            measure.number,
            measure.title.clone(),
            words::state(measure, decision),
            words::grounds(measure),
        )
    };
    let shown = report.shown.iter().flat_map(|shown| &shown.decided).map(|act| {
        let (state, more) = public::decided(act);
        (act.measure, act.title.clone(), state, more)
    });
    let rows: Vec<_> = report.measures.iter().map(of_it).chain(shown).collect();
    if rows.is_empty() {
        return;
    }
    html.line("h2", "Measures");
    table(html, &["Measure", "Title", "How it stands", "Why"], |html| {
        for (number, title, state, grounds) in rows {
            html.element("tr", |html| {
                html.with("th", &[("scope", "row")], |html| html.words(&number.to_string()));
                html.line("td", title.as_str());
                html.line("td", &state);
                html.line("td", &grounds.join("; "));
            });
        }
    });
}

fn faults(html: &mut Html, report: &Report) {
    table(html, &["Where", "What", "Rule"], |html| {
        for fault in &report.faults {
            let Fault { place, wrong, .. } = fault;
            html.element("tr", |html| {
                html.with("th", &[("scope", "row")], |html| html.words(&place.to_string()));
                html.element("td", |html| {
                    html.exact(fault.name());
                    html.words(": ");
                    html.words(&wrong.to_string());
                });
                html.line("td", wrong.rule_in_words());
            });
        }
    });
    if let Some(line) = words::unnamed(report) {
        html.line("p", &line);
    }
}
