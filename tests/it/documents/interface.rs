//! What the documents say of the HTTP interface is what the program has.

use std::fs;
use std::path::Path;

use nemcon_client::api::{
    Answer, Event, EventKind, Foresight, Problem, ProblemKind, Submission, Texts,
};
use serde_json::Value;

fn document(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(name);
    fs::read_to_string(path).expect("the document is there")
}

#[test]
fn the_openapi_document_is_the_one_that_the_program_prints() {
    assert_eq!(
        document("openapi.json"),
        nemcon_node::server::openapi(),
        "make it anew: nemcon node api > docs/openapi.json"
    );
}

#[test]
fn every_route_of_the_openapi_document_stands_in_the_table_of_routes() {
    let api: Value = serde_json::from_str(&nemcon_node::server::openapi()).unwrap();
    let told = document("http.md");
    let mut routes = 0;
    for (path, item) in api["paths"].as_object().unwrap() {
        let path =
            path.replace("{number}", "N").replace("{code}", "CODE").replace("{file}", "TOKEN.ics");
        for (method, operation) in item.as_object().unwrap() {
            let route = format!("`{} {path}`", method.to_uppercase());
            assert!(told.contains(&route), "{route} is not in docs/http.md");
            assert!(operation["responses"]["200"].is_object(), "{route}");
            routes += 1;
        }
    }
    assert!(routes >= 17, "{routes}");
}

#[test]
fn every_problem_and_every_event_stands_in_the_document_on_http() {
    let told = document("http.md");
    for kind in ProblemKind::ALL {
        assert!(told.contains(&format!("`{}`", kind.code())), "{}", kind.code());
    }
    for kind in EventKind::ALL {
        assert!(told.contains(&format!("`{kind}`")), "{kind}");
    }
}

/// Every example below a value, with the name of the schema that it is an example of.
fn examples<'a>(value: &'a Value, found: &mut Vec<(&'a str, &'a Value)>) {
    if let Some(object) = value.as_object() {
        let name = object.get("schema").and_then(|it| it["$ref"].as_str());
        if let (Some(name), Some(example)) = (name, object.get("example")) {
            found.push((name.rsplit('/').next().unwrap(), example));
        }
    }
    let within = value.as_object().into_iter().flat_map(|it| it.values());
    for value in within.chain(value.as_array().into_iter().flatten()) {
        examples(value, found);
    }
}

#[test]
fn every_example_of_a_body_is_one_of_its_type() {
    let api: Value = serde_json::from_str(&nemcon_node::server::openapi()).unwrap();
    let mut found = Vec::new();
    examples(&api, &mut found);
    for (name, example) in &found {
        let example = (*example).clone();
        let is_one = match *name {
            "Problem" => serde_json::from_value::<Problem>(example).is_ok_and(|it| {
                ProblemKind::ALL
                    .iter()
                    .any(|kind| (kind.code(), kind.status()) == (&it.code, it.status))
            }),
            "Answer" => serde_json::from_value::<Answer>(example).is_ok(),
            "Submission" => serde_json::from_value::<Submission>(example).is_ok(),
            "Texts" => serde_json::from_value::<Texts>(example).is_ok(),
            "Foresight" => serde_json::from_value::<Foresight>(example).is_ok(),
            "Event" => serde_json::from_value::<Event>(example).is_ok(),
            "Code" | "Digest" => example.is_string(),
            _ => false,
        };
        assert!(is_one, "the example of {name} is none");
    }
    for name in ["Problem", "Answer", "Submission", "Texts", "Foresight"] {
        assert!(found.iter().any(|(of, _)| *of == name), "{name} has no example");
    }
}
