//! Drafts of listings with the commitments that a charter asks for.

use core::fmt::Write as _;

use nemcon_client::commitment::Opening;

/// The draft, in which each target that is counted is listed too, by commitments that are the same
/// each time, and in which something applies to the targets.
pub fn with_commitments(draft: &str) -> String {
    let table: toml::Table = draft.parse().expect("a draft is TOML");
    let Some(counts) = table.get("targets").and_then(toml::Value::as_table) else {
        return draft.to_owned();
    };
    if table.contains_key("target") {
        return draft.to_owned();
    }
    let mut text = String::new();
    if !table.contains_key("applies") {
        text.push_str("applies = [\"asset-freeze\"]\n");
    }
    text.push_str(draft);
    for (sort, count) in counts {
        for at in 1..=count.as_integer().expect("a count") {
            let _ = write!(
                text,
                "\n[[target]]\nsort = \"{sort}\"\nwho = \"{}\"\nreasons = \"{}\"\n",
                commitment(&format!("{sort} {at}")),
                commitment(&format!("reasons for {sort} {at}")),
            );
        }
    }
    text
}

fn commitment(words: &str) -> String {
    let opening = format!("nemcon opening v1\nnonce {}\n\n{words}", "00".repeat(32));
    Opening::parse(opening.as_bytes()).expect("an opening").digest().to_string()
}
