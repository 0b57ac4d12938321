//! Matches on an enum of the project's own that pass over variants in silence.
//!
//! Guarantee: a `match` that names a variant of a product enum and has an arm `_ => {}` or `_ => ()` is
//! found, also if the variant stands inside another pattern. Not guaranteed: a `match` among the
//! tokens of a macro call is not seen, and neither is a variant that a glob imports.

use super::modules::Tree;
use super::resolve::Target;
use super::{Finding, House};

/// Every silent arm of the product on an enum of its own.
pub(super) fn findings(house: &House) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (_, tree) in &house.trees {
        for (id, module) in tree.modules.iter().enumerate() {
            for silence in &module.scope.silences {
                let own = silence.paths.iter().find(|path| is_own_enum(house, tree, id, path));
                findings.extend(own.map(|path| {
                    let problem = format!(
                        "`_` passes over what {} is not; name the variants",
                        path.join("::")
                    );
                    Finding::at(&module.file, silence.line, problem)
                }));
            }
        }
    }
    findings
}

fn is_own_enum(house: &House, tree: &Tree, from: usize, path: &[String]) -> bool {
    // A type that has methods in the product is the product's.
    (path[0] == "Self" && path.len() > 1)
        || tree.resolve(from, path).iter().any(|target| match target {
            Target::Item(module, name) => tree.modules[*module].scope.enums.contains(name),
            Target::Outside(path) => is_enum_of_another_package(house, path),
            Target::Module(_) => false,
        })
}

fn is_enum_of_another_package(house: &House, path: &[String]) -> bool {
    let [package, .., name, _] = path else { return false };
    house.trees.iter().any(|(index, tree)| {
        house.packages[*index].name.replace('-', "_") == *package
            && tree.modules.iter().any(|module| module.scope.enums.contains(name))
    })
}
