//! How large crates, files and functions are.

use std::collections::BTreeMap;

use syn::visit::{self, Visit};

use super::house::is_source;
use super::{Finding, House};

/// A crate with a larger share of the product's lines is two crates.
const SHARE_MAX_PERCENT: usize = 35;

/// A longer file is two files.
const FILE_LINES_MAX: usize = 400;

/// A longer function is two functions.
const FUNCTION_LINES_MAX: usize = 60;

/// A measure's figure, and what is over it.
type Measured = (String, Vec<Finding>);

/// Each crate's share of the product.
pub(super) fn crates(house: &House) -> Measured {
    let mut lines = BTreeMap::new();
    for (file, package) in house.product() {
        *lines.entry(package.name.as_str()).or_default() += house.lines(file);
    }
    let total = lines.values().sum::<usize>().max(1);
    let mut shares: Vec<(usize, &str)> =
        lines.iter().map(|(name, lines)| (*lines, *name)).collect();
    shares.sort_unstable_by(|a, b| b.cmp(a));
    let percent = |lines: usize| lines * 100 / total;
    let told: Vec<String> =
        shares.iter().map(|(lines, name)| format!("{name} {} %", percent(*lines))).collect();
    let mut findings = Vec::new();
    for (lines, name) in shares {
        if lines * 100 > SHARE_MAX_PERCENT * total {
            let problem = format!(
                "{name} has {lines} of {total} lines, {} %, and may have {SHARE_MAX_PERCENT} %; move a part of it into a crate of its own",
                percent(lines)
            );
            let package = house.packages.iter().find(|package| package.name == name);
            findings.push(Finding::at(
                &package.map(super::Package::manifest).unwrap_or_default(),
                1,
                problem,
            ));
        }
    }
    (format!("shares of {total} lines: {}", told.join(", ")), findings)
}

/// The length of every source, in whatever language.
pub(super) fn files(house: &House) -> Measured {
    let mut longest = (0, "none");
    let mut findings = Vec::new();
    for path in house.texts.keys().filter(|path| is_source(path)) {
        let lines = house.lines(path);
        longest = longest.max((lines, path));
        if lines > FILE_LINES_MAX {
            let problem =
                format!("{lines} lines, and may have {FILE_LINES_MAX}; make two files of it");
            findings.push(Finding::at(path, FILE_LINES_MAX + 1, problem));
        }
    }
    (format!("longest file: {} lines, {}", longest.0, longest.1), findings)
}

/// The length of every function, from `fn` to its closing brace.
pub(super) fn functions(house: &House) -> Measured {
    let mut longest = (0, "none".to_owned());
    let mut findings = Vec::new();
    for (path, file) in &house.syntax {
        let mut functions = Functions::default();
        functions.visit_file(file);
        for Function { name, line, lines } in functions.0 {
            longest = longest.max((lines, format!("{path}:{line}: {name}")));
            if lines > FUNCTION_LINES_MAX {
                let problem = format!(
                    "{name} has {lines} lines, and may have {FUNCTION_LINES_MAX}; make two functions of it"
                );
                findings.push(Finding::at(path, line, problem));
            }
        }
    }
    (format!("longest function: {} lines, {}", longest.0, longest.1), findings)
}

struct Function {
    name: String,
    line: usize,
    lines: usize,
}

#[derive(Default)]
struct Functions(Vec<Function>);

impl Functions {
    fn add(&mut self, signature: &syn::Signature, block: &syn::Block) {
        let line = signature.fn_token.span.start().line;
        let end = block.brace_token.span.close().end().line;
        self.0.push(Function { name: signature.ident.to_string(), line, lines: end - line + 1 });
    }
}

impl<'ast> Visit<'ast> for Functions {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.add(&item.sig, &item.block);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.add(&item.sig, &item.block);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        if let Some(block) = &item.default {
            self.add(&item.sig, block);
        }
        visit::visit_trait_item_fn(self, item);
    }
}
