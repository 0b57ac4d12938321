//! What `nemcon draft` writes.

mod filled_in;
mod founding;
mod revised;

use nemcon_ledger::record::Charter;

/// A reference of the charter's first kind, or any words, as a draft's list.
fn reference(charter: &Charter) -> String {
    let Some(kind) = charter.references.first() else { return "[\"One.\"]".to_owned() };
    let form = kind.forms[0].to_string().replace("<yy>", "26");
    let form = form.replace("<year>", "2026").replace("<number>", "1");
    format!("[\"{} {form}\"]", kind.name)
}
