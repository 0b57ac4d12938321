use nemcon_crypto::hash;
use nemcon_ledger::record::Position;

use super::*;
use crate::api::{MeasureStatus, PublicationView};
use crate::client::{Access, Client};
use crate::fixture;

/// Words of somebody who would rather write markup.
const HOSTILE: &str = "</style><script>alert(\"1\")</script> & 'it'; <img src=x>";

/// The minutes of an open measure; no node is asked.
fn minute(number: u64, title: &str) -> Minute {
    let client = Client::new("http://127.0.0.1:1/", Access::None);
    let mut measure = fixture::another(number, title);
    let internal = "internal".parse().unwrap();
    let marking = "LIMITE".to_owned();
    measure.publication = Some(PublicationView { marking, act: internal, votes: internal });
    for ballot in &mut measure.ballots {
        ballot.position = Some(Position::InFavour);
        ballot.time = Some(fixture::now());
    }
    Minute::of(&client, measure).unwrap()
}

/// The minutes of a measure that has ended so.
fn over(number: u64, status: MeasureStatus) -> Minute {
    let mut minute = minute(number, &format!("Decision {number}"));
    minute.status = status;
    minute.ended = Some(fixture::now());
    minute.says.procedure = Some("written".to_owned());
    minute
}

fn heading(month: Option<&str>) -> Heading {
    Heading {
        council: "Council".to_owned(),
        month: month.map(|month| month.parse().unwrap()),
        procedure: None,
    }
}

/// The names of the elements, each with its attributes, in order; ends of elements left out.
fn tags(html: &str) -> Vec<&str> {
    let tags = html.split('<').skip(1).map(|rest| rest.split_once('>').unwrap().0);
    tags.filter(|tag| !tag.starts_with('/')).collect()
}

#[test]
fn no_foreign_word_becomes_markup() {
    let mut minute = minute(1, "Decision");
    let words = || HOSTILE.to_owned();
    minute.act = words();
    minute.marking = Some(words());
    minute.kind = words();
    minute.rule = words();
    minute.source = Some(words());
    minute.reason = Some(words());
    minute.not_stated = vec![words()];
    minute.signed[0].name = words();
    minute.signed[1].declaration = Some(hash::sha256(b"declaration"));
    let says = &mut minute.says;
    says.procedure = Some(words());
    says.summary = vec![words(), words()];
    says.references = vec![words()];
    says.listed = vec![words()];
    says.applies = vec![words()];
    let digest = hash::sha256(b"document");
    says.documents =
        vec![super::noted::Bound { name: words(), language: words(), length: 1, digest }];
    let heading = Heading { council: words(), ..heading(None) };
    let html = html(&heading, &[minute]);
    let known = [
        "!DOCTYPE", "html", "head", "meta", "title", "style", "body", "header", "main", "article",
        "section", "h1", "h2", "h3", "h4", "p", "table", "thead", "tbody", "tr", "th", "td", "ul",
        "li", "code",
    ];
    for tag in tags(&html) {
        let name = tag.split(' ').next().unwrap();
        assert!(known.contains(&name), "{tag}");
        for (at, _) in tag.match_indices("=\"") {
            let attribute = tag[..at].rsplit(' ').next().unwrap();
            let harmless = ["lang", "charset", "http-equiv", "content", "name", "class", "scope"];
            assert!(harmless.contains(&attribute), "{tag}");
        }
    }
    assert_eq!(html.matches("</style>").count(), 1, "{html}");
    let escaped = "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;it&#39;";
    assert!(html.matches(escaped).count() >= 14, "{html}");
}

#[test]
fn the_file_needs_nothing_else_and_says_what_it_is() {
    let html = html(&heading(None), &[minute(7, "Decision")]);
    assert!(html.starts_with("<!DOCTYPE html>\n<html lang=\"en\"><head>"), "{html}");
    let policy = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
                  style-src 'unsafe-inline'\">";
    assert!(html.contains(policy), "{html}");
    assert!(html.contains("<title>Council: 7. Decision</title>"), "{html}");
    for outside in ["href", "src=", "url(", "@import", "http://", "https://", "javascript"] {
        assert!(!html.contains(outside), "{outside}: {html}");
    }
    assert!(html.contains("@page { size: A4;"), "{html}");
    let margin = "@page { @top-right { content: \"LIMITE\"; } }";
    assert!(html.contains(margin) && html.contains("<p class=\"marking\">LIMITE</p>"), "{html}");
}

#[test]
fn headings_descend_one_by_one_and_every_head_of_a_table_says_of_what_it_is() {
    let both = [over(1, MeasureStatus::Adopted), over(2, MeasureStatus::Lapsed)];
    for html in [html(&heading(Some("2026-11")), &both), html(&heading(None), &both[..1])] {
        let mut last = 0;
        for tag in tags(&html) {
            if let Some(level) = tag.strip_prefix('h').and_then(|it| it.parse::<usize>().ok()) {
                assert!(level >= 1 && level <= last + 1, "{tag} below h{last}: {html}");
                last = level;
            }
            let is_head = tag == "th" || tag.starts_with("th ");
            assert!(!is_head || ["th scope=\"row\"", "th scope=\"col\""].contains(&tag), "{tag}");
        }
        assert_eq!(html.matches("<h1>").count(), 1);
    }
}

#[test]
fn a_month_has_what_was_decided_and_then_what_was_not() {
    let acts = [
        over(3, MeasureStatus::Adopted),
        over(1, MeasureStatus::NotAdopted),
        over(2, MeasureStatus::Lapsed),
        over(4, MeasureStatus::Withdrawn),
    ];
    let text = markdown(&heading(Some("2026-11")), &acts);
    let heads: Vec<_> = text.lines().filter(|line| line.starts_with('#')).collect();
    let heads: Vec<_> = heads.into_iter().filter(|line| !line.starts_with("####")).collect();
    let wanted = [
        "# Council: acts decided in November 2026 (UTC)",
        "## Overview",
        "## Decided",
        "### 3. Decision 3",
        "### 1. Decision 1",
        "## Lapsed or withdrawn",
        "### 2. Decision 2",
        "### 4. Decision 4",
    ];
    assert_eq!(heads, wanted);
    assert!(text.contains("(UTC)\n\nMarking: LIMITE\n"), "{text}");
    assert!(text.contains("\n| 3 | Decision 3 | written | 2026-11-23 | adopted |\n"), "{text}");
}

#[test]
fn a_month_without_decisions_says_so() {
    let written = Heading { procedure: Some("written".into()), ..heading(Some("2026-02")) };
    let none = markdown(&written, &[]);
    let wanted = "# Council: acts decided by the procedure written in February 2026 (UTC)\n\n\
                  No act was decided by the procedure written in February 2026.\n";
    assert_eq!(none, wanted);
    assert!(html(&written, &[]).contains("<p>No act was decided by the procedure written in"));
    let lapsed = markdown(&heading(Some("2026-11")), &[over(2, MeasureStatus::Lapsed)]);
    assert!(lapsed.contains("\nNo act was decided in November 2026.\n"), "{lapsed}");
    assert!(lapsed.contains("\n## Lapsed or withdrawn\n\n### 2. "), "{lapsed}");
}

#[test]
fn what_is_public_bears_no_marking_and_what_was_replaced_does_though_the_votes_are_released() {
    let client = Client::new("http://127.0.0.1:1/", Access::None);
    let mut measure = fixture::another(1, "Decision");
    let released = "released".parse().unwrap();
    let marking = "LIMITE".to_owned();
    measure.publication = Some(PublicationView { marking, act: released, votes: released });
    assert_eq!(Minute::of(&client, measure.clone()).unwrap().marking, None);
    let mut remarked = measure.clone();
    let (text, time) = (vec!["For us alone.".to_owned()], fixture::now());
    let (code, sort) = ("BE".parse().unwrap(), "statement".to_owned());
    let digest = None;
    let remark = crate::api::RemarkView { code, sort, text, digest, public: true, time, leaf: 4 };
    remarked.remarks = vec![remark];
    assert_eq!(Minute::of(&client, remarked.clone()).unwrap().marking, None);
    remarked.remarks[0].public = false;
    assert_eq!(Minute::of(&client, remarked).unwrap().marking.as_deref(), Some("LIMITE"));
    measure.former = vec![crate::api::FormerView {
        revision: 1,
        text_hash: measure.text_hash,
        leaf: 1,
        replaced: fixture::now(),
        signed: std::collections::BTreeMap::new(),
        cast_by: std::collections::BTreeMap::new(),
    }];
    let minute = Minute::of(&client, measure).unwrap();
    assert_eq!(minute.marking.as_deref(), Some("LIMITE"));
    let public = minute.public(crate::publication::PublicPart::Votes).unwrap();
    assert!(public.marking.is_none() && public.former.is_empty());
}

#[test]
fn the_fields_of_the_json_are_those_that_the_formats_name() {
    let formats = include_str!("../../../../docs/formats.md");
    let row = formats.lines().find(|line| line.starts_with("| `nemcon minutes`")).unwrap();
    let value = serde_json::to_value(minute(1, "Decision")).unwrap();
    let fields = value.as_object().unwrap().keys();
    let fields = fields.chain(value["says"].as_object().unwrap().keys());
    let unnamed: Vec<_> = fields.filter(|it| !row.contains(&format!("`{it}`"))).collect();
    assert!(unnamed.is_empty(), "{unnamed:?}");
}
